import { playIn } from './play.ts';
import { openTeamsChat } from './teams-chat.ts';

playIn('Teams', openTeamsChat);
