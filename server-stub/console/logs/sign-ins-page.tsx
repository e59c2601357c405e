/** Sign-in log: which sign-ins of apps were let in, which not and why; and the policies that decide. */
import { href, route } from '../router.ts';
import { PageHead, Tabs } from '../ui/parts.tsx';
import { AccessPolicies } from './access-policies.tsx';
import { SignIns } from './sign-ins.tsx';

export default function SignInsPage() {
  const [, part] = route.value.path;
  const isPolicies = part === 'policies';
  return (
    <>
      <PageHead title="Sign-in log" sub="Apps of devices that signed in, newest first, and what Conditional Access said." />
      <Tabs
        current={isPolicies ? 'policies' : 'log'}
        tabs={[
          { id: 'log', label: 'Sign-ins', href: href(['sign-ins']) },
          { id: 'policies', label: 'Conditional Access', href: href(['sign-ins', 'policies']) },
        ]}
      />
      {isPolicies ? <AccessPolicies /> : <SignIns opened={part} />}
    </>
  );
}
