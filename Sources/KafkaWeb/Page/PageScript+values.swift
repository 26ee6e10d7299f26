// SPDX-License-Identifier: Apache-2.0

extension PageScript {
    /// JSON that is shown as it was written: numbers of any length keep their digits, and members that repeat are all there.
    static let json = #"""
        /** A value of JSON as nodes that can be folded; null for a text that is no JSON. */
        function parseJSON(text) {
          let at = 0;
          const space = /[ \t\n\r]*/y, literal = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
          const quoted = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
          const take = pattern => { pattern.lastIndex = at; const found = pattern.exec(text); if (!found) throw 0; at = pattern.lastIndex; return found[0]; };
          const sign = expected => { if (text[at] !== expected) throw 0; at += 1; };
          const value = depth => {
            if (depth > 100) throw 0;
            take(space);
            const first = text[at];
            let result;
            if (first === '{' || first === '[') {
              const isObject = first === '{', close = isObject ? '}' : ']', members = [];
              at += 1;
              take(space);
              while (text[at] !== close) {
                if (members.length) sign(',');
                take(space);
                let name = null;
                if (isObject) { name = JSON.parse(take(quoted)); take(space); sign(':'); }
                members.push({name, value: value(depth + 1)});
                take(space);
              }
              at += 1;
              result = {kind: isObject ? 'object' : 'array', members};
            } else if (first === '"') {
              result = {kind: 'string', text: JSON.parse(take(quoted))};
            } else {
              const word = take(literal);
              result = {kind: /^[tfn]/.test(word) ? 'word' : 'number', text: word};
            }
            take(space);
            return result;
          };
          try { const result = value(0); return at === text.length ? result : null; } catch { return null; }
        }

        function jsonNode(node, name, depth) {
          const label = name === null ? null : [el('span.name', {}, JSON.stringify(name)), ': '];
          if (node.kind === 'string') return el('.line', {}, label, el('span.string', {}, JSON.stringify(node.text)));
          if (node.kind !== 'object' && node.kind !== 'array') return el('.line', {}, label, el('span.' + node.kind, {}, node.text));
          const [open, close] = node.kind === 'object' ? ['{', '}'] : ['[', ']'];
          if (!node.members.length) return el('.line', {}, label, open + close);
          const content = el('.members');
          const more = (start) => {
            for (const member of node.members.slice(start, start + 100)) content.append(jsonNode(member.value, member.name, depth + 1));
            if (node.members.length > start + 100) {
              content.append(el('button.more', {type: 'button', onclick: event => { event.target.remove(); more(start + 100); }},
                `${number(node.members.length - start - 100)} more`));
            }
          };
          const count = `${number(node.members.length)} ${node.kind === 'object' ? 'member' : 'element'}${node.members.length === 1 ? '' : 's'}`;
          const details = el('details', {ontoggle: () => { if (details.open && !content.firstChild) more(0); }},
            el('summary', {}, label, open, el('span.folded', {}, ` ${count} ${close}`)), content, el('.line', {}, close));
          if (depth < 3) { more(0); details.open = true; }
          return details;
        }
        """#

    /// Keys, values and headers: text, JSON, bytes, none at all.
    static let values = #"""
        function decoded(base64) {
          const text = atob(base64);
          return Uint8Array.from(text, character => character.charCodeAt(0));
        }

        function hexDump(data, start, end) {
          const lines = [];
          for (let row = start; row < end; row += 16) {
            const piece = data.subarray(row, Math.min(row + 16, end));
            const digits = Array.from(piece, byte => pad(byte.toString(16)));
            const left = digits.slice(0, 8).join(' '), right = digits.slice(8).join(' ');
            const text = Array.from(piece, byte => byte >= 32 && byte < 127 ? String.fromCharCode(byte) : '·').join('');
            lines.push(`${pad(row.toString(16), 6)}  ${left.padEnd(23)}  ${right.padEnd(23)}  ${text}`);
          }
          return lines.join('\n') + '\n';
        }

        /** One line of a key or value, for a table. */
        function preview(part) {
          if (part === null) return el('span.none', {title: 'no value at all, which is not the same as an empty one'}, 'null');
          if (part.size === 0) return el('span.none', {title: 'a value of no bytes'}, 'empty');
          if (part.base64 !== undefined) {
            const data = decoded(part.base64.slice(0, 128));
            return el('span.binary', {}, Array.from(data, byte => pad(byte.toString(16))).join(' ') + (part.size > data.length ? ' …' : ''));
          }
          const text = part.text.slice(0, 400);
          return el('bdi', {}, text.replace(/\s+/g, ' '), part.text.length > text.length ? '…' : '');
        }

        /** All that is there of a key or value, in the form that suits it, with the others to choose. */
        function fullValue(label, part, path) {
          const box = el('section.value');
          if (part === null) return fill(box, el('h3', {}, label), el('p.none', {}, label === 'Value' ? 'null: a tombstone where the topic is compacted' : 'null'));
          const isText = part.text !== undefined;
          const limit = isText ? new TextEncoder().encode(part.text).length : decoded(part.base64).length;
          const data = () => isText ? new TextEncoder().encode(part.text) : decoded(part.base64);
          const tree = isText && part.size <= limit && /^\s*[\[{]/.test(part.text) ? parseJSON(part.text) : null;
          const forms = {};
          if (tree) forms.JSON = () => el('.json', {}, jsonNode(tree, null, 0));
          if (isText) forms.Text = () => el('pre', {dir: 'auto'}, part.text);
          forms.Hex = () => {
            const all = data(), pre = el('pre.hex');
            const more = start => {
              const end = Math.min(all.length, start + 4096);
              pre.append(hexDump(all, start, end));
              if (end < all.length) pre.append(el('button.more', {type: 'button', onclick: event => { event.target.remove(); more(end); }}, 'more'));
            };
            more(0);
            return pre;
          };
          const content = el('.content');
          const buttons = Object.keys(forms).map(name => el('button.form', {type: 'button', onclick: () => choose(name)}, name));
          const choose = name => {
            fill(content, part.size === 0 ? el('p.none', {}, 'empty: no bytes, which is not the same as null') : forms[name]());
            buttons.forEach(button => button.setAttribute('aria-pressed', String(button.textContent === name)));
          };
          const notes = [bytes(part.size)];
          if (!isText && part.size > 5) {
            const start = data();
            if (start[0] === 0) notes.push(`schema id ${new DataView(start.buffer).getUint32(1)}, if it is of a schema registry`);
          }
          if (part.size > limit) notes.push(`the first ${bytes(limit)} are shown`);
          fill(box, el('h3', {}, label, ' ', el('small', {}, notes.join(', '))),
            el('.forms', {}, buttons,
              isText ? el('button.form', {type: 'button', onclick: () => copy(part.text)}, 'Copy') : null,
              path ? el('a.form', {href: path, download: ''}, 'Download') : null), content);
          choose(Object.keys(forms)[0]);
          return box;
        }

        async function copy(text) {
          try { await navigator.clipboard.writeText(text); toast('Copied'); } catch { toast('The browser does not let the page copy'); }
        }
        """#
}
