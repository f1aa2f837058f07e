import type { Button, Checkbox, ProgressRing, TextField } from '@vscode/webview-ui-toolkit';
import type { DetailedHTMLProps, HTMLAttributes } from 'react';

type ElementProps<T extends HTMLElement, P extends keyof T = never> = DetailedHTMLProps<HTMLAttributes<T>, T> & Partial<Pick<T, P>>;

declare module 'react' {
  namespace JSX {
    interface IntrinsicElements {
      'vscode-button': ElementProps<Button, 'appearance' | 'disabled'>;
      'vscode-checkbox': ElementProps<Checkbox, 'checked'>;
      'vscode-progress-ring': ElementProps<ProgressRing>;
      'vscode-text-field': ElementProps<TextField, 'value' | 'placeholder'>;
    }
  }
}
