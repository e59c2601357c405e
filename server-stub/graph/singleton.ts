import type { Call } from './endpoint.ts';
import { type Resource, render } from './property.ts';
import { queryOptions, selection } from './query-options.ts';
import { jsonResponse } from './response.ts';
import type { GraphResponse } from './tenant.ts';

/** An entity that there is one of. Its `$metadata#` has no `/$entity` at its end. @throws GraphFault */
export function answerSingleton<Source>(call: Call, path: string, of: Resource<Source>, source: Source): GraphResponse {
  const { request, version } = call;
  const { values } = queryOptions(request.query, version, ['select']);
  const selected = selection(values.get('select'), of);
  const names = selected === null ? '' : `(${selected.map(({ name }) => name).join(',')})`;
  return jsonResponse(request, {
    '@odata.context': `${request.origin}/${version}/$metadata#${path}${names}`,
    ...render(of, selected, 'entity', source),
  });
}
