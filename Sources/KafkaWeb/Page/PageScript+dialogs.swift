// SPDX-License-Identifier: Apache-2.0

extension PageScript {
    /// Dialogs: help, and all that changes something.
    static let dialogs = #"""
        function dialog(title, ...content) {
          const box = el('dialog', {onclose: () => box.remove()}, el('.titlebar', {}, el('h2', {}, title), el('button.close', {type: 'button', 'aria-label': 'Close', onclick: () => box.close()}, '×')), content);
          document.body.append(box);
          box.showModal();
          return box;
        }

        /** A dialog that does something; what goes wrong is shown in it. */
        function formDialog(title, content, action, run) {
          const problem = el('.problem', {role: 'alert'});
          const submit = el('button.primary', {type: 'submit'}, action);
          const form = el('form', {onsubmit: async event => {
            event.preventDefault();
            submit.disabled = true;
            try { await run(); box.close(); } catch (error) { fill(problem, failure(error)); }
            submit.disabled = false;
          }}, content, problem, el('.buttons', {}, submit));
          const box = dialog(title, form);
          return box;
        }

        function confirmDialog(title, text, name, run) {
          const input = el('input', {type: 'text', autocomplete: 'off', spellcheck: 'false'});
          const box = formDialog(title, [el('p', {}, text), el('label', {}, el('span', {}, 'Its name, to be sure'), input)], 'Delete', async () => {
            if (input.value !== name) throw new Error('That is another name.');
            await run();
          });
          box.querySelector('.primary').classList.add('danger');
        }

        function createDialog() {
          const name = el('input', {type: 'text', autocomplete: 'off', spellcheck: 'false', required: true});
          const partitions = el('input', {type: 'number', min: '1', placeholder: 'as the cluster has it'});
          const replication = el('input', {type: 'number', min: '1', placeholder: 'as the cluster has it'});
          const configs = el('textarea', {rows: 3, spellcheck: 'false', placeholder: 'cleanup.policy=compact'});
          formDialog('New topic', [el('label', {}, el('span', {}, 'Name'), name), el('label', {}, el('span', {}, 'Partitions'), partitions),
            el('label', {}, el('span', {}, 'Replicas'), replication), el('label', {}, el('span', {}, 'Configuration, NAME=VALUE a line'), configs)], 'Create', async () => {
            const entries = configs.value.split('\n').filter(line => line.trim()).map(line => {
              const sign = line.indexOf('=');
              if (sign < 1) throw new Error(`'${line}' is no NAME=VALUE`);
              return [line.slice(0, sign).trim(), line.slice(sign + 1).trim()];
            });
            await change('POST', '/topics', {name: name.value, partitions: partitions.value ? Number(partitions.value) : null,
              replication: replication.value ? Number(replication.value) : null, configs: Object.fromEntries(entries)});
            go(topicPath(name.value));
          });
        }

        function produceDialog(topic) {
          const area = (rows, placeholder) => el('textarea', {rows, spellcheck: 'false', placeholder});
          const key = area(1, ''), value = area(8, ''), headers = area(2, 'name: value, one a line');
          const partition = el('input', {type: 'number', min: '0', placeholder: 'by the key, or any'});
          const noKey = el('input', {type: 'checkbox', checked: true}), noValue = el('input', {type: 'checkbox'});
          key.addEventListener('input', () => { noKey.checked = false; });
          value.addEventListener('input', () => { noValue.checked = false; });
          const check = (box, text) => el('label.check', {}, box, text);
          formDialog('Produce a record', [el('label', {}, el('span', {}, 'Key'), key), check(noKey, 'no key'), el('label', {}, el('span', {}, 'Value'), value), check(noValue, 'null: a tombstone'),
            el('label', {}, el('span', {}, 'Headers'), headers), el('label', {}, el('span', {}, 'Partition'), partition)], 'Produce', async () => {
            const list = headers.value.split('\n').filter(line => line.trim()).map(line => {
              const sign = line.indexOf(':');
              return sign < 0 ? {key: line.trim(), value: null} : {key: line.slice(0, sign).trim(), value: line.slice(sign + 1).trim()};
            });
            const stored = await change('POST', topicPath(topic, 'messages'), {partition: partition.value === '' ? null : Number(partition.value),
              key: noKey.checked ? null : key.value, value: noValue.checked ? null : value.value, headers: list});
            toast(`Stored in partition ${stored.partition} at offset ${number(stored.offset)}`);
          });
        }

        function resetDialog(group, current, done) {
          const topics = [...new Set((current?.offsets ?? []).map(row => row.topic))];
          const names = el('datalist', {id: 'topic-names'}, topics.map(topic => el('option', {value: topic})));
          const topic = el('input', {type: 'text', required: true, value: topics[0] ?? '', autocomplete: 'off'});
          topic.setAttribute('list', 'topic-names');
          const partitions = el('input', {type: 'text', placeholder: 'all'});
          const to = el('select', {}, [['earliest', 'the beginning'], ['latest', 'the end'], ['offset', 'an offset'], ['time', 'a time']].map(([value, text]) => el('option', {value}, text)));
          const place = el('input', {type: 'text', placeholder: '42, -30m, 2026-01-31 08:00'});
          const plan = el('.plan');
          const body = dryRun => {
            const list = partitions.value.trim() ? partitions.value.split(',').map(Number) : null;
            if (list?.some(isNaN)) throw new Error('Partitions are numbers with commas between.');
            return {topic: topic.value, partitions: list, to: to.value === 'time' ? place.value.trim() : to.value, offset: to.value === 'offset' ? Number(place.value) : null, dryRun};
          };
          const preview = async () => {
            const found = await change('POST', at('groups', group, 'offsets'), body(true));
            fill(plan, table([{title: 'Partition', class: 'number', cell: row => row.partition}, {title: 'Now', class: 'number', cell: row => number(row.before)},
              {title: 'Then', class: 'number', cell: row => number(row.offset)}, {title: 'Records', class: 'number', cell: row => row.before === null ? '–' : number(row.offset - row.before)}], found.offsets));
          };
          formDialog(`Reset the offsets of ${group}`, [current?.members.length ? el('p.failure', {}, `The group has ${current.members.length} members; stop them first.`) : null,
            el('label', {}, el('span', {}, 'Topic'), topic), names, el('label', {}, el('span', {}, 'Partitions'), partitions), el('label', {}, el('span', {}, 'To'), to, place),
            el('button', {type: 'button', onclick: () => preview().catch(error => fill(plan, failure(error)))}, 'Show what changes'), plan], 'Reset', async () => {
            await change('POST', at('groups', group, 'offsets'), body(false));
            toast('Offsets reset');
            await done();
          });
        }

        function helpDialog() {
          const rows = [['/', 'search or filter'], ['j k ↓ ↑', 'next, previous row'], ['Enter', 'open the row'], ['n p', 'next, previous page'], ['g o', 'overview'], ['g t', 'topics'], ['g g', 'groups'],
            ['g x', 'transactions'], ['g a', 'access'], ['l', 'live records, in messages'], ['m', 'more records, in messages'], ['Esc', 'leave a field, close']];
          dialog('Keys', el('table.keys', {}, el('tbody', {}, rows.map(([key, text]) => el('tr', {}, el('th', {scope: 'row'}, el('kbd', {}, key)), el('td', {}, text))))),
            el('h2', {}, 'Filters'), el('p', {}, 'Compare parts of a record: ', el('code', {}, 'partition, offset, timestamp, key, value, headers.NAME'), ', and fields of JSON values: ', el('code', {}, 'status >= 500 and user.name like "A%"'), ', ',
              el('code', {}, 'key ~ "^a"'), ', ', el('code', {}, 'error is not null'), ', ', el('code', {}, 'timestamp > -30m'), ', ', el('code', {}, '"x" in tags'), '.'));
        }
        """#

    /// Addresses, the header, the keyboard.
    static let routes = #"""
        const keys = {};
        const main = el('main', {id: 'main'});

        function route(parts) {
          const [first, name, more] = parts;
          if (parts.length === 0) return ['Overview', overviewView];
          if (first === 'topics' && parts.length === 1) return ['Topics', topicsView];
          if (first === 'topics' && parts.length === 2) return [name, () => topicView(name)];
          if (first === 'topics' && more === 'messages' && parts.length === 3) return [name, () => messagesView(name)];
          if (first === 'topics' && more === 'config' && parts.length === 3) return [name, () => configView(name)];
          if (first === 'topics' && more === 'groups' && parts.length === 3) return [name, () => topicGroupsView(name)];
          if (first === 'groups' && parts.length === 1) return ['Groups', groupsView];
          if (first === 'groups' && parts.length === 2) return [name, () => groupView(name)];
          if (first === 'transactions' && parts.length === 1) return ['Transactions', transactionsView];
          if (first === 'acls' && parts.length === 1) return ['Access', aclsView];
          return ['Not found', async () => el('p.empty', {}, 'There is nothing at this address.')];
        }

        async function show() {
          leaving.abort();
          leaving = new AbortController();
          for (const key of Object.keys(keys)) delete keys[key];
          document.querySelectorAll('dialog').forEach(box => box.close());
          let parts;
          try { parts = location.pathname.split('/').filter(Boolean).map(decodeURIComponent); } catch { parts = ['?']; }
          const [title, view] = route(parts);
          document.title = `${title.replace(hidden, '')} · kafka`;
          for (const item of document.querySelectorAll('header nav a')) {
            const own = item.getAttribute('href').slice(1);
            if (own === (parts[0] ?? '')) item.setAttribute('aria-current', 'page'); else item.removeAttribute('aria-current');
          }
          const signal = leaving.signal;
          let content;
          try { content = await view(); } catch (error) { content = failure(error); }
          if (signal.aborted) return;
          fill(main, content);
          scrollTo(0, 0);
        }

        function go(path) { history.pushState(null, '', path); show(); }

        function rows() { return [...main.querySelectorAll('tbody > tr.record, tbody > tr[data-path]')]; }
        function select(row) {
          main.querySelectorAll('tr.selected').forEach(other => other.classList.remove('selected'));
          row?.classList.add('selected');
        }
        function restore(path) { if (path) select(rows().find(row => row.dataset.path === path)); }
        function move(step) {
          const all = rows();
          if (!all.length) return;
          const now = all.findIndex(row => row.classList.contains('selected'));
          const next = all[now < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, now + step))];
          select(next);
          next.scrollIntoView({block: 'nearest'});
        }

        let going = 0;
        function onKey(event) {
          if (event.ctrlKey || event.metaKey || event.altKey) return;
          const field = event.target.closest?.('input, textarea, select');
          if (field) { if (event.key === 'Escape') field.blur(); return; }
          if (document.querySelector('dialog[open]')) return;
          const isGoing = performance.now() - going < 1200;
          going = 0;
          const places = {o: '/', t: '/topics', g: '/groups', x: '/transactions', a: '/acls'};
          if (isGoing && places[event.key]) { event.preventDefault(); return go(places[event.key]); }
          const selected = main.querySelector('tr.selected');
          const actions = {
            '/': () => main.querySelector('[data-search]')?.focus(), '?': helpDialog, g: () => { going = performance.now(); },
            j: () => move(1), k: () => move(-1), ArrowDown: () => move(1), ArrowUp: () => move(-1),
            n: () => main.querySelector('a[rel=next]')?.click(), p: () => main.querySelector('a[rel=prev]')?.click(), ...keys};
          if (event.key === 'Enter' && selected && event.target.closest?.('a, button') === null) {
            event.preventDefault();
            if (selected.open) selected.open(); else if (selected.dataset.path) go(selected.dataset.path);
          } else if (actions[event.key]) {
            event.preventDefault();
            actions[event.key]();
          }
        }

        function onClick(event) {
          const anchor = event.target.closest?.('a[href]');
          if (!anchor || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
          if (anchor.hasAttribute('download') || anchor.origin !== location.origin) return;
          event.preventDefault();
          go(anchor.pathname + anchor.search);
        }

        fill(document.body, el('header', {}, el('a.brand', {href: '/'}, 'kafka'),
          el('nav', {'aria-label': 'Pages of the cluster'}, [['/', 'Overview'], ['/topics', 'Topics'], ['/groups', 'Groups'], ['/transactions', 'Transactions'], ['/acls', 'Access']].map(([path, text]) => el('a', {href: path}, text))),
          el('span.mode', {title: mayWrite ? 'This page may change the cluster' : 'This page changes nothing'}, mayWrite ? 'read and write' : 'read-only'),
          el('button.help', {type: 'button', 'aria-label': 'Keys and filters', title: 'Keys and filters (?)', onclick: helpDialog}, '?')), main);
        document.body.append(el('div', {id: 'toast', role: 'status', hidden: true}));
        document.addEventListener('keydown', onKey);
        document.addEventListener('click', onClick);
        addEventListener('popstate', show);
        show();
        """#
}
