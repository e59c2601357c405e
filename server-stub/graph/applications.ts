/** Programs that may sign in, read-only: as applications and as service principals (Graph: application-list, serviceprincipal-list). */
import type { Application, ServicePrincipal } from '@microsoft/microsoft-graph-types';
import { formatInstant } from '../../runtime/duration.ts';
import type { ApplicationRecord } from '../core/directory-records.ts';
import { type Collection, countItems, listPage, oneItem } from './collection.ts';
import { date, flag, type Properties, text, texts } from './directory-columns.ts';
import { objectNotFound } from './directory-faults.ts';
import { directoryNeeds } from './directory-needs.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { type Resource, resource } from './property.ts';

const { readApplications } = directoryNeeds;

const common = {
  id: text((application: ApplicationRecord) => application.id),
  deletedDateTime: date((_: ApplicationRecord) => null),
  appId: text((application: ApplicationRecord) => application.appId),
  displayName: text((application: ApplicationRecord) => application.displayName),
  signInAudience: text((_: ApplicationRecord) => 'AzureADMyOrg'),
  tags: texts((_: ApplicationRecord) => []),
};

const resources = {
  applications: resource('microsoft.graph.application', {
    ...common,
    createdDateTime: date((application) => formatInstant(application.createdAt)),
    isFallbackPublicClient: flag((application) => application.isPublicClient),
  } satisfies Properties<Application, ApplicationRecord>),
  servicePrincipals: resource('microsoft.graph.servicePrincipal', {
    ...common,
    accountEnabled: flag(() => true),
    appDisplayName: text((application) => application.displayName),
    servicePrincipalType: text(() => 'Application'),
    servicePrincipalNames: texts((application) => [application.appId]),
  } satisfies Properties<ServicePrincipal, ApplicationRecord>),
} satisfies Record<string, Resource<ApplicationRecord>>;

export const applicationEndpoints: readonly Endpoint[] = (['applications', 'servicePrincipals'] as const).flatMap((path) => {
  const collection = (call: Call) => applications(call, path);
  const byAppId = (call: Call) => found(call, call.params.appid ?? '', 'appId');
  return [
    { path, methods: { GET: { needs: readApplications, answer: (call) => listPage(call, collection(call)) } } },
    { path: `${path}/$count`, methods: { GET: { needs: readApplications, answer: (call) => countItems(call, collection(call)) } } },
    {
      path: `${path}/{id}`,
      methods: {
        GET: { needs: readApplications, answer: (call) => oneItem(call, collection(call), () => found(call, call.params.id ?? '', 'id')) },
      },
    },
    {
      path: `${path}(appId)`,
      methods: { GET: { needs: readApplications, answer: (call) => oneItem(call, collection(call), () => byAppId(call)) } },
    },
  ] satisfies Endpoint[];
});

function applications({ tenant }: Call, path: keyof typeof resources): Collection<ApplicationRecord, ApplicationRecord> {
  return {
    path,
    resource: resources[path],
    style: 'directory',
    items: (afterId) => tenant.directory.entriesAfter('application', afterId),
    idOf: ({ id }) => id,
    sourceOf: (application) => application,
  };
}

/** @throws GraphFault 404 */
function found({ tenant }: Call, id: string, key: 'id' | 'appId'): ApplicationRecord {
  const application = tenant.directory.application(id);
  if (application?.[key] !== id.toLowerCase()) throw objectNotFound(id);
  return application;
}
