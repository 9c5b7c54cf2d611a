/** Makes the Teams app package: `npm run teams:package -- --help`. */
import { WrongCall } from '../src/cli/command.ts';
import { readEnvironment } from '../src/config.ts';
import { teamsPackage } from './teams-package-command.ts';

const args = process.argv.slice(2);
const command = teamsPackage(readEnvironment());

if (args.includes('--help') || args.includes('-h')) {
  console.log(command.help);
} else {
  try {
    process.exitCode = await command.run(args, { out: console.log, err: console.error });
  } catch (error) {
    if (!(error instanceof WrongCall)) throw error;
    console.error(`${error.message}\n\n${command.help}`);
    process.exitCode = 2;
  }
}
