// SPDX-License-Identifier: Apache-2.0

extension PageScript {
    /// Elements, tables and what all views have.
    static let elements = #"""
        const mayWrite = document.documentElement.hasAttribute('data-write');

        // Characters that a browser doesn't show, or by which it shows others elsewhere.
        const hidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

        /** Text as nodes; what would be hidden is shown by its number. */
        function shown(text) {
          const parts = [];
          let last = 0;
          for (const match of text.matchAll(hidden)) {
            if (match.index > last) parts.push(text.slice(last, match.index));
            const code = match[0].charCodeAt(0).toString(16).padStart(4, '0').toUpperCase();
            const mark = document.createElement('span');
            mark.className = 'mark';
            mark.textContent = '\\u' + code;
            parts.push(mark);
            last = match.index + match[0].length;
          }
          parts.push(text.slice(last));
          return parts;
        }

        /** An element with properties and children; text becomes text nodes. */
        function el(name, properties, ...children) {
          const [tag, ...classes] = name.split('.');
          const element = document.createElement(tag || 'div');
          if (classes.length) element.className = classes.join(' ');
          for (const [key, value] of Object.entries(properties || {})) {
            if (value === undefined || value === null || value === false) continue;
            if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
            else if (key in element && key !== 'list' && typeof value !== 'string') element[key] = value;
            else element.setAttribute(key, value === true ? '' : value);
          }
          add(element, children);
          return element;
        }

        function add(element, children) {
          for (const child of children.flat(9)) {
            if (child === null || child === undefined || child === false) continue;
            if (child instanceof Node) element.append(child);
            else element.append(...shown(String(child)));
          }
        }

        function fill(element, ...children) {
          element.replaceChildren();
          add(element, children);
          return element;
        }

        /** A link within the page. */
        function link(path, ...children) { return el('a', {href: path}, children); }
        /** An address of parts, each of which may hold anything. */
        function at(...parts) { return '/' + parts.map(part => encodeURIComponent(part)).join('/'); }
        function topicPath(name, ...more) { return at('topics', name, ...more); }
        function groupPath(name) { return at('groups', name); }
        /** The address with other parameters; those without a value are left out. */
        function withQuery(path, values) {
          const query = new URLSearchParams();
          for (const [name, value] of Object.entries(values)) {
            if (value !== undefined && value !== null && value !== '' && value !== false) query.set(name, value);
          }
          const text = query.toString();
          return text ? path + '?' + text : path;
        }

        /**
         * A table. A column has a title, a cell of a row, and perhaps a class and `wide` where a phone leaves it out.
         * Rows get the selection of the keyboard.
         */
        function table(columns, rows, options = {}) {
          const head = el('tr', {}, columns.map(column => el('th' + cls(column), {scope: 'col', title: column.hint}, column.title)));
          const body = rows.map(row => {
            const line = el('tr', {}, columns.map(column => el('td' + cls(column), {}, column.cell(row))));
            if (options.path) line.dataset.path = options.path(row);
            return line;
          });
          if (!body.length) body.push(el('tr', {}, el('td.empty', {colSpan: columns.length}, options.empty || 'Nothing here.')));
          return el('.scroll', {}, el('table', {class: options.class}, el('thead', {}, head), el('tbody', {}, body)));
        }
        function cls(column) { return (column.class ? '.' + column.class : '') + (column.wide ? '.wide' : ''); }

        function tile(label, value, kind, path) {
          const content = [el('span.label', {}, label), el('span.figure', {}, value)];
          return path ? el('a.tile' + (kind ? '.' + kind : ''), {href: path}, content) : el('.tile' + (kind ? '.' + kind : ''), {}, content);
        }

        function badge(text, kind) { return el('span.badge' + (kind ? '.' + kind : ''), {}, text); }

        function pager(found, path, values) {
          const pages = Math.max(1, Math.ceil(found.count / found.size));
          const first = found.count ? (found.page - 1) * found.size + 1 : 0;
          const to = page => withQuery(path, {...values, page: page > 1 ? page : null});
          return el('nav.pager', {'aria-label': 'Pages'},
            el('span', {}, `${number(first)}–${number(Math.min(found.count, found.page * found.size))} of ${number(found.count)}`),
            found.page > 1 ? el('a', {href: to(found.page - 1), rel: 'prev'}, '← previous') : null,
            found.page < pages ? el('a', {href: to(found.page + 1), rel: 'next'}, 'next →') : null);
        }

        function failure(error) { return el('p.failure', {role: 'alert'}, error.message || String(error)); }

        function toast(text) {
          const box = document.getElementById('toast');
          fill(box, text);
          box.hidden = false;
          clearTimeout(toast.timer);
          toast.timer = setTimeout(() => { box.hidden = true; }, 4000);
        }
        """#

    /// Numbers, sizes and times.
    static let formats = #"""
        const grouped = new Intl.NumberFormat('en-US');
        function number(value) { return value === null || value === undefined ? '–' : grouped.format(value); }

        function bytes(value) {
          if (value === null || value === undefined) return '–';
          if (value < 1000) return value + ' B';
          const units = ['kB', 'MB', 'GB', 'TB', 'PB'];
          let unit = -1;
          do { value /= 1000; unit += 1; } while (value >= 999.5 && unit < units.length - 1);
          return value.toPrecision(3).replace(/\.?0+$/, found => found.includes('.') ? '' : found) + ' ' + units[unit];
        }

        function pad(value, digits = 2) { return String(value).padStart(digits, '0'); }

        /** Local time, with its fraction. */
        function clock(milliseconds) {
          const time = new Date(milliseconds);
          if (milliseconds < 0 || isNaN(time)) return 'no time';
          return `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())} ` +
            `${pad(time.getHours())}:${pad(time.getMinutes())}:${pad(time.getSeconds())}.${pad(time.getMilliseconds(), 3)}`;
        }
        function timeElement(milliseconds) {
          const date = new Date(milliseconds);
          const known = milliseconds >= 0 && !isNaN(date);
          return el('time', {datetime: known ? date.toISOString() : null, title: known ? `${date.toISOString()}, ${milliseconds}` : null}, clock(milliseconds));
        }

        function duration(milliseconds) {
          if (milliseconds === null || milliseconds === undefined) return '–';
          if (milliseconds < 0) return 'forever';
          const units = [['d', 86400000], ['h', 3600000], ['min', 60000], ['s', 1000], ['ms', 1]];
          const index = units.findIndex(([, size]) => milliseconds >= size);
          if (index < 0) return '0 s';
          const [name, size] = units[index];
          const whole = Math.floor(milliseconds / size);
          const next = units[index + 1];
          const rest = next && whole < 10 ? Math.floor((milliseconds % size) / next[1]) : 0;
          return rest && next[0] !== 'ms' ? `${whole} ${name} ${rest} ${next[0]}` : `${whole} ${name}`;
        }

        function rate(value) {
          if (value === null || value === undefined || !isFinite(value)) return '–';
          if (value > 0 && value < 10) return value.toFixed(1);
          return number(Math.round(value));
        }

        /** How numbers have changed over the last minutes; the browser's own memory, so it begins when the page is opened. */
        class Trend {
          constructor() { this.points = []; }
          add(value) {
            if (typeof value !== 'number') return;
            this.points.push({time: performance.now(), value});
            if (this.points.length > 120) this.points.shift();
          }
          /** Per second, over the last half minute; null as long as it isn't known. */
          get rate() {
            const last = this.points.at(-1);
            if (!last) return null;
            const first = this.points.find(point => last.time - point.time <= 30000);
            if (!first || last.time - first.time < 900) return null;
            return (last.value - first.value) / (last.time - first.time) * 1000;
          }
          line(width = 160, height = 32) {
            const picture = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
            picture.setAttribute('class', 'trend');
            picture.setAttribute('viewBox', `0 0 ${width} ${height}`);
            picture.setAttribute('aria-hidden', 'true');
            if (this.points.length > 1) {
              const start = this.points[0].time, span = this.points.at(-1).time - start || 1;
              const high = Math.max(1, ...this.points.map(point => point.value));
              const line = document.createElementNS('http://www.w3.org/2000/svg', 'polyline');
              line.setAttribute('points', this.points.map(point =>
                `${((point.time - start) / span * width).toFixed(1)},${(height - 2 - point.value / high * (height - 4)).toFixed(1)}`).join(' '));
              picture.append(line);
            }
            return picture;
          }
        }
        """#

    /// What is asked of the server.
    static let requests = #"""
        /** Ends what the view that is left has asked for. */
        let leaving = new AbortController();

        async function checked(response) {
          if (response.ok) return response;
          let message = `${response.status} ${response.statusText}`;
          try { const answer = await response.json(); message = answer.message || message; } catch { /* no JSON */ }
          throw new Error(message);
        }

        async function get(path, signal = leaving.signal) {
          const response = await fetch(path, {headers: {Accept: 'application/json'}, signal, cache: 'no-store'});
          return (await checked(response)).json();
        }

        /** Changes something; the header tells the server that it is this page which asks. */
        async function change(method, path, body) {
          const response = await fetch(path, {
            method, headers: {Accept: 'application/json', 'Content-Type': 'application/json', 'X-Kafka-Change': '1'},
            body: body === undefined ? undefined : JSON.stringify(body)});
          return (await checked(response)).json();
        }

        /** Calls back for each line of JSON as it comes. */
        async function stream(path, signal, onLine) {
          const response = await checked(await fetch(path, {headers: {Accept: 'application/x-ndjson, application/json;q=0.5'}, signal, cache: 'no-store'}));
          const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
          let rest = '';
          for (;;) {
            const {value, done} = await reader.read();
            if (done) break;
            const lines = (rest + value).split('\n');
            rest = lines.pop();
            for (const line of lines) if (line) onLine(JSON.parse(line));
          }
        }

        /** Runs at once and then again and again, while the view is there and is looked at. */
        function every(milliseconds, body) {
          const signal = leaving.signal;
          const run = async () => {
            if (signal.aborted) return;
            if (!document.hidden) {
              try { await body(); } catch (error) { if (!signal.aborted) body.failed?.(error); }
            }
            if (!signal.aborted) setTimeout(run, milliseconds);
          };
          return run();
        }
        """#
}
