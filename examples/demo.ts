// `npm run demo [-- --brains playbook|model]`: the same work, planned and judged by playbooks and rules, or by models as well.
import { parseArgs } from 'node:util';

const stories: Readonly<Record<string, string>> = {
  playbook: './postgres-cluster/story.ts',
  model: './model-council/story.ts',
};

const { values } = parseArgs({ options: { brains: { type: 'string', default: 'playbook' } }, strict: false });
const story = Object.hasOwn(stories, String(values.brains)) ? stories[String(values.brains)] : undefined;
if (story === undefined) {
  console.error(`--brains is ${Object.keys(stories).join(' or ')}.`);
  process.exitCode = 2;
} else await import(story);
