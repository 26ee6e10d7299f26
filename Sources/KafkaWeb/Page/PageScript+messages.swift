// SPDX-License-Identifier: Apache-2.0

extension PageScript {
    /// The table of records.
    static let records = #"""
        /** Records in the order in which they are wanted, so many at most. */
        class RecordTable {
          constructor(topic, {newestFirst, most}) {
            this.topic = topic;
            this.newestFirst = newestFirst;
            this.most = most;
            this.entries = [];
            this.body = el('tbody');
            const head = ['Time', 'Partition', 'Offset', 'Key', 'Value'].map((title, index) =>
              el('th' + ['.time', '.number', '.number', '.key', ''][index], {scope: 'col'}, title));
            this.element = el('.scroll.records', {}, el('table', {}, el('thead', {}, el('tr', {}, head)), this.body));
          }

          get length() { return this.entries.length; }

          clear() { this.entries = []; this.body.replaceChildren(); }

          /** Whether `a` is shown above `b`: by time, but within a partition by offset, whatever the times are. */
          above(a, b) {
            const order = a.partition === b.partition ? a.offset - b.offset
              : a.timestamp - b.timestamp || a.partition - b.partition;
            return this.newestFirst ? order > 0 : order < 0;
          }

          /** Puts a record in its place. */
          insert(record) {
            let place = this.entries.length;
            while (place > 0 && this.above(record, this.entries[place - 1].record)) place -= 1;
            if (place >= this.most) return null;
            return this.put(record, place);
          }

          prepend(record) { return this.put(record, 0); }

          put(record, place) {
            const row = this.row(record);
            const next = this.entries[place]?.row ?? null;
            this.body.insertBefore(row, next);
            this.entries.splice(place, 0, {record, row});
            while (this.entries.length > this.most) this.drop(this.entries.pop());
            return row;
          }

          /** Leaves out what the next page finds once more; a filter tells of some records before it is clear that they are too many. */
          prune(next, count) {
            const edges = new Map((next ?? '').split(',').filter(Boolean).map(pair => pair.split(':').map(Number)));
            const isLeft = ({record: {partition, offset}}) => {
              const edge = edges.get(partition);
              return edge === undefined || (this.newestFirst ? offset >= edge : offset < edge);
            };
            this.entries.filter(entry => !isLeft(entry)).forEach(entry => this.drop(entry));
            this.entries = this.entries.filter(isLeft);
            while (this.entries.length > count) this.drop(this.entries.pop());
          }

          drop(entry) {
            if (entry.row.nextSibling?.classList.contains('detail')) entry.row.nextSibling.remove();
            entry.row.remove();
          }

          row(record) {
            const row = el('tr.record', {},
              el('td.time', {}, timeElement(record.timestamp)), el('td.number', {}, record.partition),
              el('td.number', {}, number(record.offset)), el('td.key', {}, preview(record.key)),
              el('td.preview', {}, preview(record.value)));
            row.open = () => this.toggle(row, record);
            row.addEventListener('click', event => {
              if (!event.target.closest('a, button') && !String(getSelection())) { select(row); this.toggle(row, record); }
            });
            return row;
          }

          toggle(row, record, only) {
            const next = row.nextSibling;
            if (next?.classList.contains('detail')) { if (!only) { next.remove(); row.classList.remove('open'); } return; }
            row.classList.add('open');
            row.after(el('tr.detail', {}, el('td', {colSpan: 5}, recordDetail(this.topic, record))));
          }
        }

        function recordDetail(topic, record) {
          const path = part => topicPath(topic, 'messages', String(record.partition), String(record.offset), part);
          const here = withQuery(topicPath(topic, 'messages'), {partition: record.partition, offset: record.offset});
          const facts = [`partition ${record.partition}, offset ${number(record.offset)}`,
            record.timestamp < 0 ? 'no time' : `${new Date(record.timestamp).toISOString()} (${record.logAppendTime ? 'when it was appended' : 'when it was made'})`,
            `${bytes(record.size)} uncompressed`, record.transactional ? 'of a transaction' : null].filter(Boolean).join(' · ');
          const headers = record.headers.length ? el('section.value', {}, el('h3', {}, 'Headers'),
            el('table.headers', {}, el('tbody', {}, record.headers.map(header => el('tr', {},
              el('th', {scope: 'row'}, preview(header.key)), el('td', {}, header.value?.text !== undefined && header.value.size ? el('bdi', {}, header.value.text) : preview(header.value)))))),
            record.headerCount ? el('p', {}, `the first ${record.headers.length} of ${number(record.headerCount)}`) : null) : null;
          return el('.record-detail', {}, el('p.facts', {}, facts, ' · ', link(here, 'link to this record')),
            fullValue('Key', record.key, record.key ? path('key') : null), headers,
            fullValue('Value', record.value, record.value ? path('value') : null));
        }
        """#

    /// Messages of a topic: found, filtered, live.
    static let messages = #"""
        async function messagesView(name) {
          const query = new URLSearchParams(location.search);
          const from = query.has('offset') ? 'offset' : ['latest', 'earliest', null].includes(query.get('from')) ? query.get('from') || 'latest' : 'time';
          const place = el('input', {type: 'text', id: 'place', class: 'place', 'aria-label': 'Offset or time', autocomplete: 'off',
            value: query.get('offset') ?? (from === 'time' ? query.get('from') : '')});
          const start = el('select', {'aria-label': 'From'}, [['latest', 'Newest first'], ['earliest', 'From the beginning'], ['offset', 'From offset'], ['time', 'From time']]
            .map(([value, text]) => el('option', {value, selected: value === from}, text)));
          const partition = el('input', {type: 'text', class: 'partition', placeholder: 'all', 'aria-label': 'Partitions, with commas between', value: query.get('partition') ?? '', autocomplete: 'off'});
          const where = el('input', {type: 'text', class: 'where', spellcheck: 'false', autocomplete: 'off', autocapitalize: 'off', 'data-search': '',
            'aria-label': 'Filter', placeholder: 'filter, such as  status >= 500 and key ~ "^a"', value: query.get('where') ?? ''});
          const limit = el('select', {'aria-label': 'How many'}, [20, 50, 100, 200, 500, 1000].map(count => el('option', {value: String(count), selected: String(count) === (query.get('limit') ?? '50')}, String(count))));
          const stop = el('button', {type: 'button', id: 'stop', hidden: true, onclick: () => running?.abort()}, 'Stop');
          const live = el('button', {type: 'button', id: 'live', title: 'Show records as they are written (l)', onclick: () => follow()}, 'Live');
          const status = el('p.status', {role: 'status', id: 'status'});
          const bar = el('progress', {max: 1, value: 0, hidden: true, 'aria-label': 'How much has been read'});
          const older = el('button', {type: 'button', id: 'more', hidden: true, onclick: () => more()}, 'More');
          const holder = el('.holder');
          let running = null, next = null, records = null;

          const placeholder = () => {
            const kind = start.value;
            place.hidden = kind !== 'offset' && kind !== 'time';
            place.placeholder = kind === 'time' ? '-30m, 2026-01-31 08:00, @1769846400000' : '0';
          };
          start.addEventListener('change', () => { placeholder(); if (place.hidden) go(); else place.focus(); });
          limit.addEventListener('change', () => go());
          placeholder();

          const form = el('form.search', {onsubmit: event => { event.preventDefault(); go(); }},
            el('label', {}, el('span', {}, 'Show'), start, place), el('label', {}, el('span', {}, 'Partition'), partition),
            el('label.grow', {}, el('span', {}, 'Where'), where), el('label', {}, el('span', {}, 'Limit'), limit),
            el('.buttons', {}, el('button.primary', {type: 'submit'}, 'Search'), live, stop,
              el('button', {type: 'button', onclick: () => downloadDialog(name, wanted())}, 'Download'),
              mayWrite ? el('button', {type: 'button', id: 'produce', onclick: () => produceDialog(name)}, 'Produce') : null));

          /** What the form says, as the address has it. */
          function wanted() {
            const kind = start.value;
            return {partition: partition.value.trim(), from: kind === 'latest' ? null : kind === 'time' ? place.value.trim() : kind === 'earliest' ? kind : null,
              offset: kind === 'offset' ? place.value.trim() || '0' : null, where: where.value.trim(), limit: limit.value === '50' ? null : limit.value};
          }
          function address(values) { return withQuery(topicPath(name, 'messages'), values); }
          function go() {
            const path = address(wanted());
            if (path !== location.pathname + location.search) history.pushState(null, '', path);
            search();
          }

          function begin(label) {
            running?.abort();
            const control = new AbortController();
            leaving.signal.addEventListener('abort', () => control.abort(), {signal: control.signal});
            running = control;
            stop.hidden = false;
            older.hidden = true;
            live.setAttribute('aria-pressed', String(label === 'live'));
            return control;
          }
          function finish(control) {
            if (running !== control) return false;
            running = null;
            stop.hidden = true;
            bar.hidden = true;
            live.setAttribute('aria-pressed', 'false');
            return true;
          }

          async function read(path, control, into) {
            const values = wanted();
            const isFiltered = Boolean(values.where), before = records.length, most = before + Number(values.limit ?? 50);
            let end = null, found = 0;
            const tell = progress => {
              const share = progress.total ? progress.offsets / progress.total : 1;
              bar.hidden = !isFiltered || end !== null;
              bar.value = share;
              const reach = progress.time === null || progress.time < 0 ? '' : `, ${records.newestFirst ? 'back' : 'up'} to ${clock(progress.time)}`;
              fill(status, isFiltered
                ? `${number(found)} found in ${number(progress.scanned)} records (${bytes(progress.bytes)}, ${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %${reach})`
                : `${number(found)} of ${number(progress.total)} records`);
            };
            fill(status, 'Searching…');
            try {
              await stream(path, control.signal, line => {
                if (line.record) { found += 1; into(line.record); }
                else if (line.progress) tell(line.progress);
                else if (line.error) throw new Error(line.error);
                else if (line.end) {
                  end = line.end;
                  records.prune(end.next, most);
                  found = records.length - before;
                  tell(end);
                }
              });
              if (!finish(control)) return;
              next = end;
              older.hidden = !end || !end.next || end.complete;
              older.textContent = records.newestFirst ? 'Older records' : 'Later records';
              if (end?.complete && isFiltered) status.append(' · all that there is');
              if (!records.length) fill(holder, el('p.empty', {}, end && !end.complete ? 'Nothing found so far.' : isFiltered ? 'No record matches.' : 'No records.'));
            } catch (error) {
              if (control.signal.aborted) {
                if (finish(control)) { status.append(' · stopped'); }
                return;
              }
              finish(control);
              fill(status, failure(error));
            }
          }

          async function search() {
            const values = wanted();
            const control = begin('search');
            const newestFirst = start.value === 'latest';
            records = new RecordTable(name, {newestFirst, most: 10000});
            fill(holder, records.element);
            await read(address(values), control, record => records.insert(record));
            // The record that the address names is open.
            const first = records?.entries[0];
            if (values.offset !== null && first && query.has('offset') && String(first.record.offset) === values.offset) {
              select(first.row);
              records.toggle(first.row, first.record, true);
            }
          }

          async function more() {
            const {from, offset, ...values} = wanted();
            const control = begin('search');
            fill(holder, records.element);
            await read(address({...values, [next.direction]: next.next}), control, record => records.insert(record));
          }

          async function follow() {
            if (running && live.getAttribute('aria-pressed') === 'true') { running.abort(); return; }
            const {from, offset, limit: ignored, ...values} = wanted();
            const control = begin('live');
            records = new RecordTable(name, {newestFirst: true, most: 200});
            fill(holder, records.element);
            bar.hidden = true;
            let hiddenRecords = 0, unread = 0, arrived = 0, shownRecords = 0, ticks = [];
            fill(status, 'Waiting for records…');
            try {
              await stream(address({...values, live: 1}), control.signal, line => {
                if (line.record) { shownRecords += 1; records.prepend(line.record).classList.add('new'); }
                else if (line.error) throw new Error(line.error);
                else if (line.tick) {
                  hiddenRecords += line.tick.hidden; unread += line.tick.unread; arrived += line.tick.arrived;
                  ticks.push({time: performance.now(), arrived});
                  if (ticks.length > 10) ticks.shift();
                  const span = (ticks.at(-1).time - ticks[0].time) / 1000;
                  const speed = span ? (ticks.at(-1).arrived - ticks[0].arrived) / span : 0;
                  fill(status, el('span.pulse', {'aria-hidden': 'true'}), `Live: ${number(arrived)} records, ${rate(speed)}/s, ${number(shownRecords)} shown`,
                    hiddenRecords ? `, ${number(hiddenRecords)} ${values.where ? 'matched but were' : 'were'} left out to stay readable` : '',
                    unread ? `, ${number(unread)} came too quickly for the filter` : '');
                }
              });
              finish(control);
            } catch (error) {
              const wasStopped = control.signal.aborted;
              if (!finish(control)) return;
              if (wasStopped) status.append(' · stopped'); else fill(status, failure(error));
            }
          }

          keys.l = follow;
          keys.m = () => { if (!older.hidden) more(); };
          const view = el('section', {}, topicHead(name, 'messages'), form, el('.statusline', {}, bar, status), holder, el('.after', {}, older));
          search();
          return view;
        }

        function downloadDialog(name, values) {
          const field = (label, input) => el('label', {}, el('span', {}, label), input);
          const partition = el('input', {type: 'text', value: values.partition ?? '', placeholder: 'all'});
          const from = el('input', {type: 'text', value: values.from ?? '', placeholder: 'earliest, -30m, 2026-01-31 08:00'});
          const offset = el('input', {type: 'text', value: values.offset ?? ''});
          const where = el('input', {type: 'text', value: values.where ?? '', spellcheck: 'false'});
          const limit = el('input', {type: 'text', inputMode: 'numeric', value: '10000', placeholder: 'all'});
          const save = kind => el('button', {type: 'button', onclick: () => {
            const path = withQuery(topicPath(name, 'messages'), {partition: partition.value.trim(), from: from.value.trim(), offset: offset.value.trim(),
              where: where.value.trim(), limit: limit.value.trim(), download: kind});
            el('a', {href: path, download: ''}).click();
            box.close();
          }}, kind === 'json' ? 'Lines of JSON' : 'Values only');
          const box = dialog('Download records', el('p', {}, 'From the beginning, an offset or a time on, partition by partition, whole values. ',
            'Lines of JSON are what kafka console-producer --format json takes back.'),
            field('Partitions', partition), field('From', from), field('Offset', offset), field('Where', where), field('Limit', limit),
            el('.buttons', {}, save('json'), save('raw')));
        }
        """#
}
