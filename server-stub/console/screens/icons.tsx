/** Small drawings of the devices' screens. Each stands beside its word, or carries one. */

const paths = {
  network: 'M2 9a14 14 0 0 1 20 0M5.5 12.5a9 9 0 0 1 13 0M9 16a4 4 0 0 1 6 0M12 19.5v.01',
  offline: 'M3 3l18 18M2 9a14 14 0 0 1 4-2.7M10.5 5.1A14 14 0 0 1 22 9M8.8 16a4 4 0 0 1 6 0M12 19.5v.01',
  lock: 'M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 0 1 7 0v3',
  work: 'M4 8h16v11H4zM9 8V5.5h6V8M4 13h16',
  bell: 'M6 17V11a6 6 0 0 1 12 0v6zM4 17h16M10.5 20h3',
  key: 'M4 12a4 4 0 1 0 8 0a4 4 0 1 0-8 0M12 12h9M18 12v3.5',
} as const;

export interface IconProps {
  name: keyof typeof paths;
  /** For who cannot see it; without one it stands beside its word. */
  label?: string;
  isLarge?: boolean;
}

export function Icon({ name, label, isLarge = false }: IconProps) {
  return (
    <>
      <svg class={isLarge ? 'icon-drawing large' : 'icon-drawing'} viewBox="0 0 24 24" aria-hidden="true">
        <path d={paths[name]} />
      </svg>
      {label === undefined ? null : <span class="visually-hidden">{label}</span>}
    </>
  );
}

/** An app's icon: its first letter on a colour of its own. */
export function AppIcon({ name, isWork = false, count = 0 }: { name: string; isWork?: boolean; count?: number }) {
  const first = [...name.trim()][0]?.toUpperCase() ?? '?';
  let hash = 0;
  for (const sign of name) hash = (hash * 31 + (sign.codePointAt(0) ?? 0)) % 997;
  return (
    <span class={`app-icon tint-${hash % 6}`}>
      <span aria-hidden="true">{first}</span>
      {isWork ? (
        <span class="app-work">
          <Icon name="work" label="work" />
        </span>
      ) : null}
      {count > 0 ? (
        <span class="app-count" aria-hidden="true">
          {count}
        </span>
      ) : null}
    </span>
  );
}
