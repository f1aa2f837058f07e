import type { Button as ButtonElement, Checkbox as CheckboxElement, TextField as TextFieldElement } from '@vscode/webview-ui-toolkit';
import { useEffect, useImperativeHandle, useRef, type KeyboardEvent, type ReactElement, type ReactNode, type Ref, type SyntheticEvent } from 'react';
import { Icon, type IconName } from './icons.tsx';

const TEXT_FIELD = 'vscode-text-field';

/** Loads the toolkit, which is a quarter of the page's code. Until it is there its elements keep their places unseen. */
export async function loadControls(): Promise<void> {
  const { registerControls } = await import('./register.ts');
  registerControls();
}

interface ButtonProps {
  readonly onClick: () => void;
  readonly children: ReactNode;
  readonly primary?: boolean;
  readonly disabled?: boolean;
}

/** A button with words. */
export function Button({ onClick, children, primary = false, disabled = false }: ButtonProps): ReactElement {
  return (
    <vscode-button appearance={primary ? 'primary' : 'secondary'} disabled={disabled} onClick={onClick}>
      {children}
    </vscode-button>
  );
}

interface IconButtonProps {
  readonly icon: IconName;
  /** What it does; also its tooltip. */
  readonly label: string;
  readonly onClick: () => void;
  /** Words beside the icon. */
  readonly text?: string;
  /** For a button that stays pressed. */
  readonly pressed?: boolean;
  /** For a button that opens something. */
  readonly expanded?: boolean;
  readonly disabled?: boolean;
  /** -1 within a toolbar or tree that has one tab stop. */
  readonly tabIndex?: number;
  readonly ref?: Ref<HTMLElement>;
}

/** A flat button with an icon, as VS Code's own toolbars have. */
export function IconButton({ icon, label, onClick, text, pressed, expanded, disabled = false, tabIndex, ref }: IconButtonProps): ReactElement {
  const element = useRef<ButtonElement>(null);
  // The toolkit keeps the focusable button in its shadow: states belong on that one, for it is what is read aloud.
  useEffect(() => {
    const inner = element.current;
    if (inner === null) return;
    inner.ariaPressed = pressed === undefined ? null : String(pressed);
    inner.ariaExpanded = expanded === undefined ? null : String(expanded);
  }, [pressed, expanded]);
  useImperativeHandle(ref, () => element.current as HTMLElement);
  return (
    <vscode-button
      ref={element}
      appearance="icon"
      className={pressed === true ? 'icon-button pressed' : 'icon-button'}
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={onClick}
      {...(tabIndex === undefined ? {} : { tabIndex })}
    >
      <Icon name={icon} />
      {text !== undefined && <span className="icon-button-text">{text}</span>}
    </vscode-button>
  );
}

interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onKeyDown?: (event: KeyboardEvent<HTMLElement>) => void;
  readonly title?: string;
  readonly className?: string;
  readonly invalid?: boolean;
  readonly ref?: Ref<TextFieldElement>;
}

/** A box for one line of text; its label is its placeholder. */
export function TextField({ label, value, onChange, onKeyDown, title, className = '', invalid = false, ref }: TextFieldProps): ReactElement {
  const element = useRef<TextFieldElement>(null);
  // The toolkit names a field without inner text "Text field" when it comes to life.
  useEffect(() => void customElements.whenDefined(TEXT_FIELD).then(() => element.current?.setAttribute('aria-label', label)), [label]);
  useImperativeHandle(ref, () => element.current as TextFieldElement);
  return (
    <vscode-text-field
      ref={element}
      className={invalid ? `text-field invalid ${className}` : `text-field ${className}`}
      placeholder={label}
      aria-invalid={invalid}
      title={title ?? label}
      value={value}
      onInput={(event) => onChange(event.currentTarget.value)}
      {...(onKeyDown === undefined ? {} : { onKeyDown })}
    />
  );
}

export type { TextFieldElement };

/** Puts the keyboard into a text field and selects what it holds. */
export function focusTextField(field: TextFieldElement | null): void {
  const focus = (): void => {
    field?.focus();
    field?.control.select();
  };
  if (customElements.get(TEXT_FIELD) === undefined) void customElements.whenDefined(TEXT_FIELD).then(focus);
  else focus();
}

interface CheckboxProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly children: ReactNode;
}

/** A box to tick. */
export function Checkbox({ checked, onChange, children }: CheckboxProps): ReactElement {
  // The toolkit says `change` when React sets `checked` too: passing the value on is harmless then, toggling would not be.
  const onToggle = (event: SyntheticEvent<CheckboxElement>): void => {
    if (event.currentTarget.checked !== checked) onChange(event.currentTarget.checked);
  };
  return (
    <vscode-checkbox className="checkbox" checked={checked} onChange={onToggle}>
      {children}
    </vscode-checkbox>
  );
}

/** A ring that turns while something is under way. */
export function ProgressRing(): ReactElement {
  return <vscode-progress-ring className="progress-ring" aria-hidden="true" />;
}
