import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** Where the webview's bundle lies; nothing else of the extension or the disk can be loaded. */
export function webviewRoot(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
}

/** The page of a shard's webview: no inline code, no remote origin, pictures as blobs only. */
export function webviewPage(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const nonce = randomBytes(24).toString('base64');
  const resource = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(webviewRoot(extensionUri), name)).toString();
  const policy = `default-src 'none'; img-src blob:; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" nonce="${nonce}" href="${resource('shard.css')}">
<title>Loupe</title>
</head>
<body>
<div id="root"></div>
<script type="module" nonce="${nonce}" src="${resource('shard.js')}"></script>
</body>
</html>`;
}
