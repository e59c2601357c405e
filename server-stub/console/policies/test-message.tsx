/** A mail to try a template. Graph sends it to the person who asks, so the request is made as a person of the tenant. */
import { ApiError, graph, post, token } from '../api.ts';
import { href } from '../router.ts';
import { Dialog } from '../ui/dialog.tsx';
import { attempt } from '../ui/toast.tsx';
import { nameOf } from './lists.ts';
import { Picker } from './picker.tsx';
import { type DirectoryObject, templatesPath } from './policy-shapes.ts';

/** Microsoft Graph Command Line Tools: a public client that every tenant knows. */
const clientId = '14d82eec-204b-4c2f-b7e8-296a70dab67e';

/** Whoever has the stub's token may be anybody who has no password of their own. @throws ApiError */
async function tokenOf(username: string): Promise<string> {
  const form = {
    grant_type: 'password',
    client_id: clientId,
    username,
    password: token.value ?? '',
    scope: 'https://graph.microsoft.com/.default',
  };
  const response = await fetch('/organizations/oauth2/v2.0/token', { method: 'POST', body: new URLSearchParams(form) });
  const answer = (await response.json()) as { access_token?: string; error?: string; error_description?: string };
  if (answer.access_token !== undefined) return answer.access_token;
  const [sentence = 'The sign-in was refused.'] = (answer.error_description ?? '').split(/\r?\n|Trace ID:/);
  throw new ApiError(response.status, answer.error ?? 'sign-in-refused', `${username}: ${sentence.trim()}`);
}

async function sendAs({ userPrincipalName }: DirectoryObject, templateId: string): Promise<void> {
  const authorization = `Bearer ${await tokenOf(userPrincipalName ?? '')}`;
  await post(graph(`${templatesPath}/${templateId}/sendTestMessage`), undefined, { headers: { authorization } });
}

export function TestMessage({ templateId, onClose }: { templateId: string; onClose: () => void }) {
  const send = async (person: DirectoryObject) => {
    if (await attempt(() => sendAs(person, templateId), `A test message to ${nameOf(person)} is on its way.`)) onClose();
  };
  return (
    <Dialog title="Send test message" onClose={onClose}>
      <p>
        It goes to the person who asks for it, who has to be an administrator, and arrives in the <a href={href(['mail'])}>mailbox</a>.
      </p>
      <Picker label="As whom?" kind="users" verb="Send as" onPick={(person) => void send(person)} />
    </Dialog>
  );
}
