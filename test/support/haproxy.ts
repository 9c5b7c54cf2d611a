import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Child } from './child-process.ts';
import { freePort } from './free-port.ts';
import { askOnce } from './line-socket.ts';
import { binaryOf } from './servers.ts';
import { makeTempFolder } from './temp-folder.ts';

export interface HaproxyPlace<Port extends string> {
  /** A folder of its own, for maps, ACLs and certificates. */
  readonly dir: string;
  readonly ports: Readonly<Record<Port, number>>;
  /** What `stats socket` must name, at `level admin`. */
  readonly socket: string;
}

interface HaproxyOptions<Port extends string> {
  /** A free port is found for each of these names. */
  readonly ports: readonly Port[];
  /** Files to be there before the start, relative to `dir`. Kept as they are by `reload` and `restart`. */
  readonly files?: Readonly<Record<string, string>>;
  readonly config: (place: HaproxyPlace<Port>) => string;
}

export interface Haproxy<Port extends string> extends HaproxyPlace<Port> {
  /** Of the process that runs now: it changes with `reload` and `restart`. */
  readonly pid: number;
  /** One command of the runtime API, and its answer without the empty line at the end. */
  ask(command: string): Promise<string>;
  /** A new process takes over while the old one serves out its connections, as `systemctl reload` does. */
  reload(): Promise<void>;
  /** Everything that was set at run time only is lost. Also after `kill`. */
  restart(): Promise<void>;
  kill(): Promise<void>;
  /** Connections are taken by the kernel, what is said on them waits, and nobody answers. */
  freeze(): void;
  thaw(): void;
  /** For good: its folder goes too. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const run = promisify(execFile);

/** An haproxy of the test's own, without a master process. */
export async function startHaproxy<const Port extends string>(
  options: HaproxyOptions<Port>,
): Promise<Haproxy<Port>> {
  const folder = makeTempFolder('hp-haproxy');
  const place = await furnish(folder.path, options);
  const configFile = join(folder.path, 'haproxy.cfg');
  const ask = (command: string) => askOnce({ path: place.socket }, { send: `${command}\n` });

  async function launch(takeOverFrom?: Child): Promise<Child> {
    const from = takeOverFrom ? ['-sf', `${takeOverFrom.pid}`] : [];
    const args = ['-db', '-f', configFile, ...from];
    const child = await Child.start(binaryOf('haproxy'), args, { name: 'haproxy' });
    try {
      await child.waitFor(() => answersAs(child.pid), 'its admin socket answered');
    } catch (error) {
      await child.kill();
      throw error;
    }
    return child;
  }

  async function answersAs(pid: number): Promise<true | undefined> {
    const info = await ask('show info').catch(() => '');
    return info.includes(`\nPid: ${pid}\n`) || undefined;
  }

  let child: Child;
  const retired: Child[] = [];
  try {
    writeFileSync(configFile, options.config(place));
    await checkConfig(configFile);
    child = await launch();
  } catch (error) {
    folder.remove();
    throw error;
  }

  const haproxy: Haproxy<Port> = {
    ...place,
    get pid() {
      return child.pid;
    },
    ask: async (command) => (await ask(command)).replace(/\n+$/, ''),
    reload: async () => {
      retired.push(child);
      child = await launch(child);
    },
    restart: async () => {
      await child.stop();
      child = await launch();
    },
    kill: async () => {
      await child.kill();
    },
    freeze: () => child.signal('SIGSTOP'),
    thaw: () => child.signal('SIGCONT'),
    stop: async () => {
      // A frozen process would not hear that it should end.
      child.signal('SIGCONT');
      await Promise.all([child, ...retired].map((one) => one.stop()));
      folder.remove();
    },
    [Symbol.asyncDispose]: () => haproxy.stop(),
  };
  return haproxy;
}

async function furnish<Port extends string>(
  dir: string,
  options: HaproxyOptions<Port>,
): Promise<HaproxyPlace<Port>> {
  for (const [name, content] of Object.entries(options.files ?? {})) {
    writeFileSync(join(dir, name), content);
  }
  const ports: Partial<Record<Port, number>> = {};
  for (const name of options.ports) ports[name] = await freePort();
  return { dir, ports: ports as Record<Port, number>, socket: join(dir, 'admin.sock') };
}

async function checkConfig(file: string): Promise<void> {
  try {
    await run(binaryOf('haproxy'), ['-c', '-f', file]);
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? `\n${error.stderr}` : '';
    throw new Error(`haproxy refuses the configuration${said}`, { cause: error });
  }
}
