import type { Reporter, TestModule } from 'vitest/node';
import { absentMark } from './absent-mark.ts';

interface Skipped {
  readonly suite: string;
  readonly servers: readonly string[];
  readonly tests: number;
}

/** A green run that left half the suites out must say so. */
export default class AbsentServersReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = summary(modules.flatMap(skippedIn));
    if (lines.length > 0) console.log(`\n${lines.join('\n')}\n`);
  }
}

function skippedIn(module: TestModule): Skipped[] {
  return [...module.children.allSuites()].flatMap((suite) => {
    const mark = absentMark.read(suite.name);
    if (!mark) return [];
    const tests = [...suite.children.allTests()].length;
    return [{ suite: `${module.relativeModuleId} > ${mark.name}`, servers: mark.servers, tests }];
  });
}

function summary(skipped: readonly Skipped[]): string[] {
  const servers = [...new Set(skipped.flatMap((one) => one.servers))].sort();
  return servers.flatMap((server) => {
    const wanting = skipped.filter((one) => one.servers.includes(server));
    const tests = wanting.reduce((sum, one) => sum + one.tests, 0);
    return [
      `skipped for want of ${server}: ${tests}`,
      ...wanting.map((one) => `  ${one.suite} (${one.tests})`),
    ];
  });
}
