/** The Office apps in the directory: each is a program (its client), and the service that it opens (its resource). Ids are Microsoft's own. */
import type { OfficeApp } from '../../protocol/outside.ts';

interface DirectoryApp {
  clientId: string;
  clientName: string;
  /** What Conditional Access includes and excludes. */
  resourceId: string;
  resourceName: string;
}

export const directoryApps: Readonly<Record<OfficeApp, DirectoryApp>> = {
  outlook: {
    clientId: '27922004-5251-4030-b22d-91ecd9a37ea4',
    clientName: 'Outlook Mobile',
    resourceId: '00000002-0000-0ff1-ce00-000000000000',
    resourceName: 'Office 365 Exchange Online',
  },
  teams: {
    clientId: '1fec8e78-bce4-4aaf-ab1b-5451cc387264',
    clientName: 'Microsoft Teams',
    resourceId: 'cc15fd57-2c6c-4117-a88c-83b1d56b4bbe',
    resourceName: 'Microsoft Teams Services',
  },
  sharepoint: {
    clientId: 'f05ff7c9-f75a-4acd-a3b5-f4b6a870245d',
    clientName: 'SharePoint',
    resourceId: '00000003-0000-0ff1-ce00-000000000000',
    resourceName: 'Office 365 SharePoint Online',
  },
};
