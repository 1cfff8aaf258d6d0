import { en, type Texts } from './en.js';

export const ml: Texts = en;
