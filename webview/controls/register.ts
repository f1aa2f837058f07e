// First of all: the toolkit reads it when it is loaded.
import './nonce.ts';
import { listenAsEver } from './after-load.ts';
import { provideVSCodeDesignSystem, vsCodeButton, vsCodeCheckbox, vsCodeProgressRing, vsCodeTextField } from '@vscode/webview-ui-toolkit';

/** Registers the elements of the toolkit; to be called once. Those on the page already come to life. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(vsCodeButton(), vsCodeCheckbox(), vsCodeProgressRing(), vsCodeTextField());
  listenAsEver();
}
