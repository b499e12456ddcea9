/** What must not stand in the tree: focused tests, `any`, machine paths, registry hosts, secrets in logs and errors. */
import { codeOf } from './source.ts';

export function forbiddenInTests(file: string, source: string): string[] {
  const code = codeOf(source);
  const findings: string[] = [];
  if (/\b(?:test|it|describe)(?:\.\w+)*\.(?:only|fails)\b/.test(code)) findings.push(`${file}: a focused test hides all the others`);
  if (/\bvi\.mock\(/.test(code)) findings.push(`${file}: a module of ours is replaced by a mock`);
  return findings;
}

export function forbiddenTypes(file: string, source: string): string[] {
  return /(?<![.\w$])any(?![\w$]|\s*[(:])/.test(codeOf(source)) ? [`${file}: any`] : [];
}

// put together here, so that this file does not contain what it looks for
const hosts = [['registry', 'npmjs'], ['pypi', 'org'], ['files', 'pythonhosted'], ['deb', 'debian'], ['proxy', 'golang'], ['static', 'crates']].map((parts) => parts.join('.'));
const machinePath = new RegExp(`(?<![\\w.@$}/-])/(?:${['work', 'root', 'farm', 'home/[a-z]+', 'Users/[A-Za-z]+'].join('|')})/[\\w.]`);

export function forbiddenWords(file: string, text: string): string[] {
  const findings = hosts.filter((host) => text.includes(host)).map((host) => `${file}: names the host ${host}`);
  if (machinePath.test(text)) findings.push(`${file}: names a path of one machine (${machinePath.exec(text)?.[0] ?? ''})`);
  if (/"resolved"\s*:\s*"http|^\s*(?:@[\w-]+:)?registry\s*=/m.test(text)) findings.push(`${file}: names a registry`);
  return findings;
}

const secretNames = 'apiKey|accessToken|refreshToken|consumerSecret|consumerKey|password|passwd|secret|authorization|digestSecret|privateKey|token';
const personalNames = 'email|phone|firstName|lastName|billingAddress|shippingAddress';
/** harmless as names of our own texts, but on an error or a reply they are the vendor's, which may name people */
const vendorTexts = 'words|body|text';

/** A name that holds a secret or a person, handed to a log or put into an error's message. A heuristic: it reads names, not values. */
export function leaks(file: string, source: string): string[] {
  const code = codeOf(source);
  const logged = argumentsOf(code, /\b(?:log|logger|console)\.(?:trace|debug|info|log|warn|error|fatal)\(/g);
  const thrown = argumentsOf(code, /\bnew (?:Error|TypeError|RangeError)\(/g).map((text) => text.replaceAll(/\bcause\b[^,}]*/g, ''));
  const names = new RegExp(`(?<!['"])(?:\\b(?:${secretNames}|${personalNames})|\\.(?:${vendorTexts}))\\b(?!\\s*[:('".]|\\s*===)`);
  return [...logged, ...thrown].filter((text) => names.test(text)).map((text) => `${file}: ${names.exec(text)?.[0] ?? ''} in a log or an error: ${text.trim().slice(0, 80)}`);
}

/** The text between a call's parentheses. */
function argumentsOf(code: string, call: RegExp): string[] {
  return [...code.matchAll(call)].map((match) => {
    const start = match.index + match[0].length;
    let depth = 1;
    let at = start;
    for (; at < code.length && depth > 0; at += 1) {
      if (code[at] === '(') depth += 1;
      if (code[at] === ')') depth -= 1;
    }
    return code.slice(start, at - 1);
  });
}
