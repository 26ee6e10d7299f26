// SPDX-License-Identifier: Apache-2.0

extension PageScript {
    /// The list of topics.
    static let topics = #"""
        const written = new Map();

        async function topicsView() {
          const query = new URLSearchParams(location.search);
          const search = el('input', {type: 'search', placeholder: 'search topics', 'aria-label': 'Search topics', 'data-search': '', value: query.get('search') ?? '', autocomplete: 'off'});
          const internal = el('input', {type: 'checkbox', checked: query.has('internal')});
          const holder = el('.holder', {}, el('p.empty', {}, 'Loading…'));
          const values = () => ({search: search.value.trim(), internal: internal.checked ? 1 : null, sort: query.get('sort'), page: null});
          const update = () => { history.replaceState(null, '', withQuery('/topics', values())); load(); };
          let timer = 0;
          search.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(update, 150); });
          internal.addEventListener('change', update);

          async function load() {
            const path = location.pathname + location.search;
            const found = await get(path);
            if (path !== location.pathname + location.search) return;
            for (const topic of found.topics) {
              if (!written.has(topic.name)) written.set(topic.name, new Trend());
              written.get(topic.name).add(topic.written);
            }
            if (written.size > 2000) written.clear();
            const selected = document.querySelector('tr.selected')?.dataset.path;
            const sorted = query.get('sort') === 'partitions';
            fill(holder, table([
              {title: 'Topic', cell: topic => [link(topicPath(topic.name, 'messages'), el('bdi', {}, topic.name)), topic.internal ? [' ', badge('internal')] : null,
                topic.offline ? [' ', badge(`${topic.offline} offline`, 'bad')] : topic.underReplicated ? [' ', badge(`${topic.underReplicated} under-replicated`, 'warn')] : null]},
              {title: el('a', {href: withQuery('/topics', {...values(), sort: sorted ? null : 'partitions'}), title: sorted ? 'sort by name' : 'sort by partitions'}, sorted ? 'Partitions ↓' : 'Partitions'),
                class: 'number', cell: topic => number(topic.partitions)},
              {title: 'Replicas', class: 'number', wide: true, cell: topic => number(topic.replication)},
              {title: 'Messages', class: 'number', hint: 'from the first offset to the last; compaction leaves fewer', cell: topic => number(topic.messages)},
              {title: 'Per second', class: 'number', wide: true, hint: 'written in the last half minute', cell: topic => rate(written.get(topic.name)?.rate)},
              {title: 'Size', class: 'number', cell: topic => bytes(topic.bytes)},
              {title: 'Kept', wide: true, cell: topic => kept(topic.config)},
            ], found.topics, {path: topic => topicPath(topic.name, 'messages'), empty: search.value ? 'No topic has that in its name.' : 'There are no topics yet.'}),
            pager(found, '/topics', values()));
            restore(selected);
          }
          load.failed = error => fill(holder, failure(error));
          every(5000, load);
          return el('section', {}, el('.head', {}, el('h1', {}, 'Topics'), search, el('label.check', {}, internal, 'internal'),
            mayWrite ? el('button', {type: 'button', id: 'create', onclick: createDialog}, 'New topic') : null), holder);
        }

        function kept(config) {
          if (!config) return '–';
          const policy = config['cleanup.policy'] ?? '';
          const time = config['retention.ms'] === undefined ? null : Number(config['retention.ms']);
          const size = Number(config['retention.bytes'] ?? -1);
          const parts = [];
          if (policy.includes('compact')) parts.push('compacted');
          if (policy.includes('delete') && time !== null) parts.push(duration(time));
          if (policy.includes('delete') && size >= 0) parts.push(bytes(size) + ' a partition');
          return parts.join(', ');
        }
        """#

    /// One topic.
    static let topic = #"""
        function topicHead(name, tab) {
          const tabs = [['messages', 'Messages', topicPath(name, 'messages')], ['', 'Partitions', topicPath(name)], ['config', 'Configuration', topicPath(name, 'config')], ['groups', 'Groups', topicPath(name, 'groups')]];
          return el('.head', {}, el('h1', {}, link('/topics', 'Topics'), el('span.slash', {}, '/'), el('bdi', {}, name)),
            el('nav.tabs', {'aria-label': 'Topic'}, tabs.map(([key, text, path]) => el('a', {href: path, 'aria-current': key === tab ? 'page' : null}, text))),
            mayWrite ? el('button.danger', {type: 'button', id: 'delete', onclick: () => confirmDialog(`Delete the topic ${name}?`, 'Its records are gone for good.', name,
              async () => { await change('DELETE', topicPath(name)); go('/topics'); })}, 'Delete') : null);
        }

        async function topicView(name) {
          const holder = el('.holder', {}, el('p.empty', {}, 'Loading…'));
          const trend = new Trend();
          async function load() {
            const topic = await get(location.pathname + location.search);
            trend.add(topic.written);
            fill(holder, el('.tiles', {}, tile('Partitions', number(topic.partitions)), tile('Replicas', number(topic.replication)),
              tile('Messages', number(topic.messages)), tile('Per second', rate(trend.rate)), tile('Size', bytes(topic.bytes)),
              topic.offline ? tile('Offline', number(topic.offline), 'bad') : null, topic.underReplicated ? tile('Under-replicated', number(topic.underReplicated), 'warn') : null),
            table([
              {title: 'Partition', class: 'number', cell: row => link(withQuery(topicPath(name, 'messages'), {partition: row.partition}), row.partition)},
              {title: 'Leader', class: 'number', cell: row => row.leader === null ? badge('none', 'bad') : row.leader},
              {title: 'Replicas', wide: true, cell: row => row.replicas.join(', ')},
              {title: 'In sync', wide: true, cell: row => row.isr.length < row.replicas.length ? badge(row.isr.join(', ') || 'none', 'warn') : row.isr.join(', ')},
              {title: 'First offset', class: 'number', wide: true, cell: row => number(row.start)},
              {title: 'End', class: 'number', cell: row => number(row.end)},
              {title: 'Messages', class: 'number', cell: row => number(row.end === null ? null : row.end - row.start)},
              {title: 'Size', class: 'number', cell: row => bytes(row.bytes)},
            ], topic.rows, {path: row => withQuery(topicPath(name, 'messages'), {partition: row.partition})}),
            pager({count: topic.partitions, page: topic.page, size: topic.size}, topicPath(name), {}), el('p.note', {}, 'Id ', el('code', {}, topic.id)));
          }
          load.failed = error => fill(holder, failure(error));
          every(5000, load);
          return el('section', {}, topicHead(name, ''), holder);
        }

        async function configView(name) {
          const holder = el('.holder', {}, el('p.empty', {}, 'Loading…'));
          const load = async () => {
            const {configs} = await get(topicPath(name, 'config'));
            configs.sort((a, b) => (a.source === 'topic' ? 0 : 1) - (b.source === 'topic' ? 0 : 1) || (a.name < b.name ? -1 : 1));
            fill(holder, table([
              {title: 'Name', cell: config => el('span', {title: config.documentation}, config.name)},
              {title: 'Value', cell: config => [el(config.source === 'topic' ? 'b' : 'span', {}, config.sensitive ? '••••••' : config.value === null ? '–' : el('code', {}, config.value)), readable(config)]},
              {title: 'From', cell: config => config.source === 'topic' ? badge('this topic', 'good') : config.source},
              ...(mayWrite ? [{title: '', cell: config => config.readOnly ? null : [
                el('button.small', {type: 'button', onclick: () => edit(config)}, 'Edit'),
                config.source === 'topic' ? el('button.small', {type: 'button', onclick: () => save({unset: [config.name]})}, 'Reset') : null]}] : []),
            ], configs));
          };
          const save = async body => {
            try { await change('POST', topicPath(name, 'config'), body); toast('Changed'); await load(); } catch (error) { toast(error.message); }
          };
          const edit = config => {
            const input = el('input', {type: 'text', value: config.value ?? ''});
            formDialog(config.name, [el('p', {}, config.documentation ?? ''), el('label', {}, el('span', {}, 'Value'), input)], 'Set', async () => {
              await change('POST', topicPath(name, 'config'), {set: {[config.name]: input.value}});
              await load();
            });
          };
          load().catch(error => fill(holder, failure(error)));
          return el('section', {}, topicHead(name, 'config'), holder);
        }

        /** What milliseconds and bytes are for people. */
        function readable(config) {
          const value = Number(config.value);
          if (config.value === null || config.value === '' || !isFinite(value) || value < 1000 || value > 1e17) return null;
          if (config.name.endsWith('.ms')) return el('small', {}, ' ', duration(value));
          if (config.name.endsWith('.bytes')) return el('small', {}, ' ', bytes(value));
          return null;
        }

        async function topicGroupsView(name) {
          const holder = el('.holder', {}, el('p.empty', {}, 'Asking all groups…'));
          get(topicPath(name, 'groups')).then(found => fill(holder, table([
            {title: 'Group', cell: group => link(groupPath(group.group), el('bdi', {}, group.group))},
            {title: 'State', cell: group => stateBadge(group.state)},
            {title: 'Partitions', class: 'number', cell: group => number(group.partitions)},
            {title: 'Lag', class: 'number', cell: group => number(group.lag)},
          ], found.groups, {path: group => groupPath(group.group), empty: 'No group has committed offsets of this topic.'}),
          found.count > found.asked ? el('p.note', {}, `The first ${number(found.asked)} of ${number(found.count)} groups were asked.`) : null))
            .catch(error => fill(holder, failure(error)));
          return el('section', {}, topicHead(name, 'groups'), holder);
        }
        """#
}
