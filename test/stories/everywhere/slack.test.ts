import { playIn } from './play.ts';
import { openSlackChat } from './slack-chat.ts';

playIn('Slack', openSlackChat);
