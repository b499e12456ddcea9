/** What a command prints, for tests that look at it. */
import { vi } from 'vitest';

export async function said(work: () => Promise<number>): Promise<{ exitCode: number; text: string }> {
  const parts: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    parts.push(String(chunk));
    return true;
  });
  try {
    return { exitCode: await work(), text: parts.join('') };
  } finally {
    spy.mockRestore();
  }
}
