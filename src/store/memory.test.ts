import { describeStore } from './contract.ts';
import { openMemory } from './memory.ts';

describeStore('Maps in memory', async () => openMemory());
