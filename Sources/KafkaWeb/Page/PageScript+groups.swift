// SPDX-License-Identifier: Apache-2.0

extension PageScript {
    /// Groups and one group.
    static let groups = #"""
        const lags = new Map();

        function stateBadge(state) {
          const kinds = {Stable: 'good', Empty: '', Dead: 'bad', PreparingRebalance: 'warn', CompletingRebalance: 'warn', Assigning: 'warn', Reconciling: 'warn'};
          return badge(state || 'unknown', kinds[state] ?? '');
        }

        /** How the lag moves, and when it will be gone. */
        function lagTrend(trend, lag) {
          const speed = trend?.rate;
          if (speed === null || speed === undefined) return '–';
          if (lag === 0) return 'caught up';
          if (Math.abs(speed) < 0.05) return 'steady';
          if (speed > 0) return el('span.warn', {}, `↑ ${rate(speed)}/s`);
          return el('span.good', {}, `↓ ${rate(-speed)}/s, ${duration(lag / -speed * 1000)} left`);
        }

        async function groupsView() {
          const query = new URLSearchParams(location.search);
          const search = el('input', {type: 'search', placeholder: 'search groups', 'aria-label': 'Search groups', 'data-search': '', value: query.get('search') ?? '', autocomplete: 'off'});
          const holder = el('.holder', {}, el('p.empty', {}, 'Loading…'));
          let timer = 0;
          search.addEventListener('input', () => {
            clearTimeout(timer);
            timer = setTimeout(() => { history.replaceState(null, '', withQuery('/groups', {search: search.value.trim()})); load(); }, 150);
          });
          async function load() {
            const path = location.pathname + location.search;
            const found = await get(path);
            if (path !== location.pathname + location.search) return;
            if (lags.size > 2000) lags.clear();
            for (const group of found.groups) {
              if (!lags.has(group.group)) lags.set(group.group, new Trend());
              lags.get(group.group).add(group.lag);
            }
            const selected = document.querySelector('tr.selected')?.dataset.path;
            fill(holder, table([
              {title: 'Group', cell: group => link(groupPath(group.group), el('bdi', {}, group.group))},
              {title: 'State', cell: group => stateBadge(group.state)},
              {title: 'Type', wide: true, cell: group => [group.type, group.protocol && group.protocol !== 'consumer' ? el('small', {}, ' ', group.protocol) : null]},
              {title: 'Topics', class: 'number', cell: group => number(group.topics)},
              {title: 'Lag', class: 'number', cell: group => number(group.lag)},
              {title: 'Trend', wide: true, hint: 'of the last half minute', cell: group => lagTrend(lags.get(group.group), group.lag)},
            ], found.groups, {path: group => groupPath(group.group), empty: search.value ? 'No group has that in its name.' : 'There are no groups.'}),
            pager(found, '/groups', {search: search.value.trim()}));
            restore(selected);
          }
          load.failed = error => fill(holder, failure(error));
          every(5000, load);
          return el('section', {}, el('.head', {}, el('h1', {}, 'Groups'), search), holder);
        }

        async function groupView(name) {
          const holder = el('.holder', {}, el('p.empty', {}, 'Loading…'));
          const trend = lags.get(name) ?? new Trend();
          lags.set(name, trend);
          let offsetsShown = 200;
          async function load() {
            const group = await get(groupPath(name));
            trend.add(group.lag);
            fill(holder, el('.tiles', {}, tile('State', stateBadge(group.state)), tile('Protocol', group.assignor ? `${group.type}, ${group.assignor}` : group.type),
              tile('Members', number(group.members.length)), tile('Lag', number(group.lag)), el('.tile', {}, el('span.label', {}, 'Trend'), el('span.figure.text', {}, lagTrend(trend, group.lag)), trend.line())),
            el('h2', {}, 'Offsets'), table([
              {title: 'Topic', cell: row => link(topicPath(row.topic, 'messages'), el('bdi', {}, row.topic))},
              {title: 'Partition', class: 'number', cell: row => row.partition},
              {title: 'Offset', class: 'number', cell: row => row.offset === null ? '–' : link(withQuery(topicPath(row.topic, 'messages'), {partition: row.partition, offset: row.offset}), number(row.offset))},
              {title: 'End', class: 'number', wide: true, cell: row => number(row.end)},
              {title: 'Lag', class: 'number', cell: row => number(row.lag)},
              {title: 'Member', wide: true, cell: row => el('small', {}, row.member ?? '–')},
            ], group.offsets.slice(0, offsetsShown), {empty: 'The group has committed nothing.'}),
            group.offsets.length > offsetsShown ? el('button', {type: 'button', onclick: event => { offsetsShown *= 5; event.target.disabled = true; load(); }}, `${number(group.offsets.length - offsetsShown)} more`) : null,
            el('h2', {}, 'Members'), table([
              {title: 'Member', cell: member => [el('bdi', {}, member.id), member.instance ? [' ', badge(member.instance)] : null]},
              {title: 'Client', cell: member => el('bdi', {}, member.client)},
              {title: 'Host', wide: true, cell: member => member.host},
              {title: 'Partitions', class: 'number', cell: member => number(member.partitions)},
            ], group.members, {empty: 'No members: nobody reads at the moment.'}));
            current = group;
          }
          let current = null;
          load.failed = error => fill(holder, failure(error));
          every(3000, load);
          return el('section', {}, el('.head', {}, el('h1', {}, link('/groups', 'Groups'), el('span.slash', {}, '/'), el('bdi', {}, name)),
            mayWrite ? [el('button', {type: 'button', id: 'reset', onclick: () => resetDialog(name, current, load)}, 'Reset offsets'),
              el('button.danger', {type: 'button', onclick: () => confirmDialog(`Delete the group ${name}?`, 'Its offsets are gone: who joins it begins anew.', name,
                async () => { await change('DELETE', groupPath(name)); go('/groups'); })}, 'Delete')] : null), holder);
        }
        """#

    /// The cluster as a whole, transactions and access lists.
    static let cluster = #"""
        async function overviewView() {
          const holder = el('.holder', {}, el('p.empty', {}, 'Loading…'));
          async function load() {
            const found = await get('/');
            fill(holder, el('.tiles', {}, tile('Topics', number(found.topics), '', '/topics'), tile('Partitions', number(found.partitions)), tile('Groups', number(found.groups), '', '/groups'),
              tile('Brokers', number(found.brokers.length)), tile('Under-replicated', number(found.underReplicated), found.underReplicated ? 'warn' : ''), tile('Offline', number(found.offline), found.offline ? 'bad' : '')),
            el('h2', {}, 'Brokers'), table([
              {title: 'Id', class: 'number', cell: broker => [broker.id]},
              {title: 'Address', cell: broker => [`${broker.host}:${broker.port}`, broker.id === found.controller ? [' ', badge('controller')] : null]},
              {title: 'Rack', wide: true, cell: broker => broker.rack ?? '–'},
              {title: 'Leads', class: 'number', cell: broker => number(broker.leaders)},
              {title: 'Replicas', class: 'number', wide: true, cell: broker => number(broker.replicas)},
              {title: 'Data', cell: broker => (broker.directories ?? []).map(directory => el('.directory', {}, el('code', {}, directory.path), ' ', bytes(directory.size),
                directory.error ? [' ', badge(directory.error, 'bad')] : null, directory.total ? [el('meter', {min: 0, max: 1, high: 0.85, optimum: 0, value: 1 - directory.usable / directory.total, title: 'the disk'}),
                  el('small', {}, ` ${bytes(directory.usable)} of ${bytes(directory.total)} free`)] : null))},
            ], found.brokers), el('p.note', {}, 'Cluster ', el('code', {}, found.cluster ?? 'without an id')));
          }
          load.failed = error => fill(holder, failure(error));
          every(15000, load);
          return el('section', {}, el('.head', {}, el('h1', {}, 'Overview')), holder);
        }

        async function transactionsView() {
          const holder = el('.holder', {}, el('p.empty', {}, 'Loading…'));
          async function load() {
            const found = await get('/transactions');
            fill(holder, table([
              {title: 'Transactional id', cell: row => el('bdi', {}, row.id)},
              {title: 'State', cell: row => badge(row.state, row.state === 'Ongoing' ? 'good' : row.state.startsWith('Prepare') ? 'warn' : '')},
              {title: 'Producer', class: 'number', wide: true, cell: row => number(row.producer)},
              {title: 'For', class: 'number', cell: row => row.started === null || row.started < 0 ? '–' : duration(Date.now() - row.started)},
              {title: 'Timeout', class: 'number', wide: true, cell: row => duration(row.timeout)},
              {title: 'Writes to', cell: row => (row.topics ?? []).map(topic => el('div', {}, link(topicPath(topic.topic), el('bdi', {}, topic.topic)), ` ${topic.partitions.join(', ')}`))},
            ], found.transactions, {empty: 'There have been no transactions.'}), found.count > found.transactions.length ? el('p.note', {}, `${number(found.transactions.length)} of ${number(found.count)}`) : null);
          }
          load.failed = error => fill(holder, failure(error));
          every(3000, load);
          return el('section', {}, el('.head', {}, el('h1', {}, 'Transactions')), holder);
        }

        async function aclsView() {
          const holder = el('.holder', {}, el('p.empty', {}, 'Loading…'));
          get('/acls').then(found => fill(holder, found.enabled ? table([
            {title: 'Principal', cell: acl => el('bdi', {}, acl.principal)},
            {title: 'May', cell: acl => badge(acl.permission === 'deny' ? 'may not' : 'may', acl.permission === 'deny' ? 'bad' : 'good')},
            {title: 'Operation', cell: acl => acl.operation},
            {title: 'Resource', cell: acl => [acl.type, ' ', el('bdi', {}, acl.name), acl.pattern === 'prefixed' ? '…' : '']},
            {title: 'Host', wide: true, cell: acl => acl.host},
          ], found.acls, {empty: 'There are no access control lists.'}) : el('p.empty', {}, 'The cluster checks nobody: it has no authorizer.')))
            .catch(error => fill(holder, failure(error)));
          return el('section', {}, el('.head', {}, el('h1', {}, 'Access')), holder);
        }
        """#
}
