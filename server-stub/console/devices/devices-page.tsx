/** Devices: the list of all, or one of them. */
import './devices.css';
import { route } from '../router.ts';
import { DevicePage } from './device-page.tsx';
import { FleetPage } from './fleet-page.tsx';

export default function DevicesPage() {
  const [, id] = route.value.path;
  return id === undefined ? <FleetPage /> : <DevicePage key={id} id={id} />;
}
