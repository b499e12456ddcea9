/** What a shop platform tells of our application: put into a shop, or taken out of it. */
export type Installation = {
  /** as the platform writes it: which of two calls came later */
  at: string;
} & ({ change: 'installed'; /** good for one exchange against tokens, and a secret */ code: string } | { change: 'removed' });

export type InstallationResult = 'installed' | 'removed' | 'older than what is known';

/** Of systems whose platform tells of our application. */
export interface InstallationSteps {
  /** Safe to repeat, and to be called out of order. @throws when the code is refused */
  applyInstallation(input: { told: Installation }): Promise<InstallationResult>;
}
