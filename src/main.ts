import { loadOnSupportedNode } from './node-version.js';

loadOnSupportedNode(() => import('./start.js'));
