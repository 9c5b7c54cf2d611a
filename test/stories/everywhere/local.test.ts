import { openLocalChat } from './local-chat.ts';
import { playIn } from './play.ts';

playIn('local chat', openLocalChat);
