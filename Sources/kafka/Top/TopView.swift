// SPDX-License-Identifier: Apache-2.0

/// Where somebody is in `kafka top`, and what keys do there.
struct TopView: Sendable {
    /// What is remembered of a page while another is shown.
    struct Place: Sendable {
        /// Nil for the page's own order.
        var order: TopTable.Order?
        var filter = ""
        /// The row that is chosen, by its id: rows move.
        var chosen: String?
    }

    enum Effect: Sendable, Equatable {
        case nothing
        case quit
        case suspend
        /// The page has changed.
        case opened
    }

    private(set) var pages: [TopPage] = [.topics]
    private var places: [TopPage: Place] = [:]
    private(set) var isPaused = false
    private(set) var showsHelp = false
    /// While a filter is being typed.
    private(set) var isTyping = false

    init() {}

    var page: TopPage { pages[pages.count - 1] }

    var place: Place {
        get { places[page] ?? Place() }
        set { places[page] = newValue }
    }

    /// What has happened and counts for nothing more: rows are those in sight and behind, in their order.
    /// - Parameters:
    ///   - table: of the page, if it has one.
    ///   - height: how many rows are in sight.
    mutating func press(_ key: Key, _ table: TopTable?, height: Int) -> Effect {
        if key == .control("c") { return .quit }
        if key == .control("z") { return .suspend }
        if isTyping {
            type(key)
            return .nothing
        }
        if showsHelp {
            showsHelp = false
            return .nothing
        }
        switch key {
        case .character("q"): return .quit
        case .character("?"), .character("h"): showsHelp = true
        case .character(" "), .character("p"): isPaused.toggle()
        case .character("/"): isTyping = true
        case .character("s"), .right: if let table { changeOrder(table, by: 1) }
        case .character("S"), .left: if let table { changeOrder(table, by: -1) }
        case .character("r"):
            if let table {
                var order = order(table)
                order.isDescending.toggle()
                place.order = order
            }
        case .character("1"), .character("2"), .character("3"), .tab: return openRoot(key)
        case .enter: return openChosen(table)
        case .escape, .backspace: return goBack()
        default: move(key, table, height)
        }
        return .nothing
    }

    func order(_ table: TopTable) -> TopTable.Order { place.order ?? table.order }

    func rows(_ table: TopTable) -> [TopTable.Row] { table.arranged(by: order(table), filter: place.filter) }

    private mutating func type(_ key: Key) {
        switch key {
        case .character(let character): place.filter.append(character)
        case .backspace: if !place.filter.isEmpty { place.filter.removeLast() }
        case .control("u"): place.filter = ""
        case .enter: isTyping = false
        case .escape:
            place.filter = ""
            isTyping = false
        default: break
        }
    }

    private mutating func changeOrder(_ table: TopTable, by step: Int) {
        let column = (order(table).column + step + table.columns.count) % table.columns.count
        // Names from A on, numbers from the greatest on.
        let isText = table.rows.first?.cells[column].isText ?? true
        place.order = TopTable.Order(column: column, isDescending: !isText)
    }

    private mutating func openRoot(_ key: Key) -> Effect {
        let roots = TopPage.roots.map(\.page)
        let root: TopPage
        switch key {
        case .character(let digit): root = roots[(digit.wholeNumberValue ?? 1) - 1]
        default: root = roots[((roots.firstIndex(of: pages[0]) ?? 0) + 1) % roots.count]
        }
        pages = [root]
        return .opened
    }

    private mutating func openChosen(_ table: TopTable?) -> Effect {
        guard let table else { return .nothing }
        let rows = rows(table)
        guard let row = rows.first(where: { $0.id == place.chosen }) ?? rows.first, let next = page.inside(row.id)
        else { return .nothing }
        place.chosen = row.id
        pages.append(next)
        return .opened
    }

    private mutating func goBack() -> Effect {
        if !place.filter.isEmpty {
            place.filter = ""
            return .nothing
        }
        guard pages.count > 1 else { return .nothing }
        pages.removeLast()
        return .opened
    }

    private mutating func move(_ key: Key, _ table: TopTable?, _ height: Int) {
        guard let table else { return }
        let rows = rows(table)
        guard !rows.isEmpty else { return }
        let chosen = rows.firstIndex { $0.id == place.chosen }
        let step: Int
        switch key {
        case .up, .character("k"): step = -1
        case .down, .character("j"): step = 1
        case .pageUp, .control("b"): step = -max(1, height)
        case .pageDown, .control("f"): step = max(1, height)
        case .home, .character("g"): step = -rows.count
        case .end, .character("G"): step = rows.count
        default: return
        }
        place.chosen = rows[min(max(0, (chosen ?? (step > 0 ? -1 : 0)) + step), rows.count - 1)].id
    }
}
