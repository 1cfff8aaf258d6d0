import { getMetadataStorage } from 'class-validator';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { en, type MessageKey } from '../../src/i18n/en.js';

const SOURCE = resolve(__dirname, '../../src');
const KEYS = Object.keys(en) as MessageKey[];

describe('Every rule of every DTO', () => {
  it('has a translated message', async () => {
    const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.dto.ts'));
    const rules: { where: string; key: unknown }[] = [];
    for (const file of files) {
      const classes = Object.values((await import(join(SOURCE, file))) as Record<string, unknown>);
      for (const dto of classes) {
        if (typeof dto !== 'function') continue;
        for (const rule of getMetadataStorage().getTargetValidationMetadatas(dto, '', true, false)) {
          if (rule.type === 'conditionalValidation') continue;
          const { key } = (rule.context ?? {}) as { key?: unknown };
          rules.push({ where: `${file} ${rule.propertyName} ${rule.name ?? rule.type}`, key });
        }
      }
    }
    expect(rules.length).toBeGreaterThan(50);
    expect(rules.filter(({ key }) => !KEYS.includes(key as MessageKey))).toEqual([]);
  });
});
