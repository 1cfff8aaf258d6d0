import { en, type Texts } from './en.js';

export const ar: Texts = en;
