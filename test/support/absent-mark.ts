const pattern = / \[absent: ([^\]]+)\]$/;

/** How a skipped suite tells the reporter, in its own name, which servers it wanted. */
export const absentMark = {
  write: (servers: readonly string[]): string => `[absent: ${servers.join(', ')}]`,
  read: (suiteName: string): { name: string; servers: string[] } | undefined => {
    const servers = pattern.exec(suiteName)?.[1];
    if (servers === undefined) return undefined;
    return { name: suiteName.replace(pattern, ''), servers: servers.split(', ') };
  },
};
