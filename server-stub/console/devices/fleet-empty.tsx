/** No devices: why, and what to do. */
import { Card, Empty } from '../ui/parts.tsx';

export function NoDevices({
  isFiltered,
  page,
  onAdd,
  onFirst,
}: {
  isFiltered: boolean;
  page: number;
  onAdd: () => void;
  onFirst: () => void;
}) {
  if (page > 1) {
    return (
      <Empty>
        There is no page {page} of this list.{' '}
        <button type="button" class="link" onClick={onFirst}>
          Go to the first one
        </button>
        .
      </Empty>
    );
  }
  if (isFiltered) return <Empty>No device fits. Clear the filters, or search for less.</Empty>;
  return (
    <Card title="This tenant has no devices yet">
      <div class="stack">
        <p>Let some live within the stub: they enroll, check in and do what they are told, each with a screen of its own.</p>
        <div>
          <button type="button" class="primary" onClick={onAdd}>
            Add devices
          </button>
        </div>
        <p>Or run one as a program of its own, in another terminal, in the folder in which the stub was started:</p>
        <pre>npx mockfleet agent --platform ios --name &quot;Adele&#39;s iPhone&quot; --user adele@contoso.example</pre>
      </div>
    </Card>
  );
}
