// Tools in Python, which the tests install into a folder of their own.

import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const FOLDER = resolve(__dirname, '..', 'target', 'python');
const WANTED = join(__dirname, 'requirements.txt');
const INSTALLED = join(FOLDER, 'requirements.txt');

/** Whether this machine has Python with its module venv. */
export function hasPython(): boolean {
  return spawnSync('python3', ['-c', 'import ensurepip, venv']).status === 0;
}

/** Installs the tools of requirements.txt if they are not there, and returns the folder of their commands. */
export function pythonTools(): string {
  const isCurrent = existsSync(INSTALLED) && readFileSync(INSTALLED).equals(readFileSync(WANTED));
  if (!isCurrent) {
    execFileSync('python3', ['-m', 'venv', '--clear', FOLDER]);
    execFileSync(join(FOLDER, 'bin', 'pip'), ['install', '--quiet', '--requirement', WANTED]);
    copyFileSync(WANTED, INSTALLED);
  }
  return join(FOLDER, 'bin');
}
