#!/usr/bin/env node
import { loadOnSupportedNode } from './node-version.js';

loadOnSupportedNode(() => import('./cli/main.js'));
