import { execFileSync } from 'node:child_process';
import { inject } from 'vitest';

interface ProcessLine {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** The engines of the suite's server that run now and did not when this was called. */
export function enginesStartedFromNow(): () => number[] {
  const engines = (): number[] => enginesUnder(inject('server').pid);
  const before = new Set(engines());
  return () => engines().filter((pid) => !before.has(pid));
}

/** Pids of Loupe's engines under a VS Code server: processes that run engine.cjs, at any depth below it. */
function enginesUnder(serverPid: number): number[] {
  const all = processes();
  const below = new Set([serverPid]);
  for (let grew = true; grew; ) {
    const children = all.filter(({ pid, parent }) => below.has(parent) && !below.has(pid));
    for (const { pid } of children) below.add(pid);
    grew = children.length > 0;
  }
  return all.filter(({ pid, command }) => below.has(pid) && command.includes('engine.cjs')).map(({ pid }) => pid);
}

function processes(): ProcessLine[] {
  const text = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return text.split('\n').flatMap((line) => {
    const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command: command ?? '' }];
  });
}
