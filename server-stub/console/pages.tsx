/** The pages, in the order of the navigation. Each is loaded when it is first opened. */
import type { ComponentType } from 'preact';

export interface Page {
  /** First part of its address. */
  id: string;
  title: string;
  group: 'Tenant' | 'Watch' | 'Test';
  load: () => Promise<{ default: ComponentType }>;
}

export const pages: readonly Page[] = [
  { id: 'devices', title: 'Devices', group: 'Tenant', load: () => import('./devices/devices-page.tsx') },
  { id: 'policies', title: 'Policies', group: 'Tenant', load: () => import('./policies/policies-page.tsx') },
  { id: 'templates', title: 'Templates', group: 'Tenant', load: () => import('./policies/templates-page.tsx') },
  { id: 'groups', title: 'Groups', group: 'Tenant', load: () => import('./policies/groups-page.tsx') },
  { id: 'notifications', title: 'Notifications', group: 'Tenant', load: () => import('./notifications/notifications-page.tsx') },
  { id: 'mail', title: 'Mailbox', group: 'Watch', load: () => import('./mail/mail-page.tsx') },
  { id: 'screens', title: 'Screens', group: 'Watch', load: () => import('./screens/screens-page.tsx') },
  { id: 'audit', title: 'Audit log', group: 'Watch', load: () => import('./logs/audit-page.tsx') },
  { id: 'sign-ins', title: 'Sign-in log', group: 'Watch', load: () => import('./logs/sign-ins-page.tsx') },
  { id: 'time', title: 'Time', group: 'Test', load: () => import('./time/time-page.tsx') },
  { id: 'scenarios', title: 'Scenarios', group: 'Test', load: () => import('./scenarios/scenarios-page.tsx') },
  { id: 'faults', title: 'Faults', group: 'Test', load: () => import('./faults/faults-page.tsx') },
];
