/** How runs move between releases (design 3, 11). A server refuses such a word from a worker without versioning, so nothing is said then. */
import { workflowInfo } from '@temporalio/workflow';

type Behaviour = { versioningBehavior?: 'AUTO_UPGRADE' | 'PINNED' };

const isVersioned = (): boolean => (workflowInfo().currentDeploymentVersion?.deploymentName ?? '') !== '';

/** For runs that may be open for longer than a release lives: parked records and walks. Their changes are proven by replay. */
export const upgradeable = (): Behaviour => (isVersioned() ? { versioningBehavior: 'AUTO_UPGRADE' } : {});

/** For runs of minutes: each ends in the release that began it. */
export const pinned = (): Behaviour => (isVersioned() ? { versioningBehavior: 'PINNED' } : {});
