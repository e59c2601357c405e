/** Notifications: write one, and see how the push service is. */
import { route } from '../router.ts';
import { PageHead } from '../ui/parts.tsx';
import { PushCard } from './push-card.tsx';
import { WriteForm } from './write-form.tsx';
import './notifications.css';

export default function NotificationsPage() {
  return (
    <>
      <PageHead
        title="Notifications"
        sub="A text of yours to people, on their phones and tablets. 25 an hour to groups, 10 an hour to the same device."
      />
      <div class="cards">
        <WriteForm key={route.value.query.toString()} />
        <PushCard />
      </div>
    </>
  );
}
