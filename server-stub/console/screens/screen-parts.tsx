/** What the layouts of screens are made of: fields, buttons, paragraphs, notifications. */
import { createContext } from 'preact';
import { useContext, useId, useState } from 'preact/hooks';
import type { DeviceView } from './device-view.ts';
import type { ListedNotification } from './screen-lines.ts';

export interface Pressing {
  view: DeviceView;
  values: Readonly<Record<string, string>>;
  type: (field: string, value: string) => void;
  press: (button: string) => void;
}

/** Of the screen that is shown. */
export const PressingContext = createContext<Pressing | null>(null);

export function usePressing(): Pressing {
  const pressing = useContext(PressingContext);
  if (pressing === null) throw new Error('A part of a screen was drawn outside of one.');
  return pressing;
}

/** A device takes no more into a field. */
const typedMax = 256;

export function Fields() {
  const { view } = usePressing();
  return (
    <>
      {view.screen.fields.map((field) => (
        <ScreenField key={field.name} {...field} />
      ))}
    </>
  );
}

function ScreenField({ name, label, secret }: { name: string; label: string; secret: boolean }) {
  const { values, type } = usePressing();
  const [isShown, setShown] = useState(false);
  const id = useId();
  return (
    <div class="screen-field">
      <label for={id}>{label}</label>
      <div class="typed">
        <input
          id={id}
          // The types know one kind of input at a time.
          type={(secret && !isShown ? 'password' : 'text') as 'text'}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          maxLength={typedMax}
          value={values[name] ?? ''}
          onInput={(event) => type(name, event.currentTarget.value)}
        />
        {secret ? (
          <button type="button" class="reveal" aria-pressed={isShown} aria-label={`Show ${label}`} onClick={() => setShown(!isShown)}>
            {isShown ? 'Hide' : 'Show'}
          </button>
        ) : null}
      </div>
    </div>
  );
}

export interface ButtonsProps {
  /** Those that stand elsewhere. */
  not?: (name: string) => boolean;
  /** None of them is what the screen asks for. */
  isPlain?: boolean;
}

/** In the screen's order; the first one is what Enter presses. */
export function Buttons({ not, isPlain = false }: ButtonsProps) {
  const { view } = usePressing();
  const shown = view.screen.buttons.filter(({ name }) => !not?.(name));
  if (shown.length === 0) return null;
  return (
    <div class="screen-buttons">
      {shown.map(({ name }) => (
        <Press key={name} name={name} isMain={!isPlain && name === view.screen.buttons[0]?.name} />
      ))}
    </div>
  );
}

/** A button of the screen, wherever it stands; nothing where the screen has none of this name. */
export function Press({ name, isMain = false, text }: { name: string; isMain?: boolean; text?: string }) {
  const { view, press } = usePressing();
  const button = view.screen.buttons.find((one) => one.name === name);
  if (button === undefined) return null;
  // Enter in a field submits the form, which presses the first button of the screen: the others are no submit buttons.
  const isFirst = button === view.screen.buttons[0] && view.screen.fields.length > 0;
  return (
    <button
      type={isFirst ? 'submit' : 'button'}
      class={isMain ? 'main' : undefined}
      aria-label={text === undefined ? undefined : button.label}
      title={button.label.length > 30 ? button.label : undefined}
      {...(isFirst ? {} : { onClick: () => press(name) })}
    >
      {text ?? button.label}
    </button>
  );
}

export function Paragraphs({ lines }: { lines: readonly string[] }) {
  return (
    <>
      {lines.map((line, index) => (
        <p key={index}>{line}</p>
      ))}
    </>
  );
}

/** What came of the last input. */
export function Notice() {
  const { notice } = usePressing().view.screen;
  return (
    <p class="screen-notice" role="status">
      {notice}
    </p>
  );
}

export function Notifications({ list }: { list: readonly ListedNotification[] }) {
  if (list.length === 0) return null;
  return (
    <ul class="screen-notifications">
      {list.map(({ title, body, dismiss }, index) => (
        <li key={index}>
          <small>Company Portal</small>
          <strong>{title}</strong>
          <Paragraphs lines={body} />
          {dismiss === null ? null : <Press name={dismiss} text="Dismiss" />}
        </li>
      ))}
    </ul>
  );
}
