// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import kafka

@Suite struct TopViewTests {
    private let table = TopTable(
        columns: ["NAME", "COUNT"],
        rows: (0..<10).map { .init(id: "row\($0)", cells: [.text("row\($0)"), .number(Int64($0))]) },
        order: .init(column: 1, isDescending: true))

    private func pressing(_ keys: Key..., in view: TopView = TopView()) -> TopView {
        keys.reduce(into: view) { _ = $0.press($1, table, height: 4) }
    }

    @Test func rowsAreChosenOneByOneAndByPagesAndStayChosenWhereverTheyMove() {
        #expect(pressing(.down).place.chosen == "row9")
        #expect(pressing(.down, .down, .character("k")).place.chosen == "row9")
        #expect(pressing(.down, .pageDown).place.chosen == "row5")
        #expect(pressing(.end).place.chosen == "row0")
        #expect(pressing(.end, .down).place.chosen == "row0")
        #expect(pressing(.end, .character("r")).place.chosen == "row0")
    }

    @Test func enterGoesInsideAndEscapeBack() {
        let inside = pressing(.down, .down, .enter)
        #expect(inside.page == .topic("row8"))
        #expect(pressing(.escape, in: inside).page == .topics)
        #expect(pressing(.escape, in: inside).place.chosen == "row8")
        #expect(pressing(.escape).page == .topics)
        #expect(pressing(.character("3"), .enter).page == .brokers)
    }

    @Test func aFilterIsTypedKeptAndDropped() {
        let typed = pressing(.character("/"), .character("q"), .backspace, .character("7"))
        #expect(typed.isTyping && typed.rows(table).map(\.id) == ["row7"])
        #expect(pressing(.enter, in: typed).place.filter == "7")
        #expect(pressing(.escape, in: typed).place.filter.isEmpty)
        #expect(pressing(.enter, .escape, in: typed).place.filter.isEmpty)
    }

    @Test func columnsFollowEachOtherAndTextsBeginWithA() {
        let next = pressing(.character("s"))
        #expect(next.order(table) == .init(column: 0, isDescending: false))
        #expect(next.rows(table).first?.id == "row0")
        #expect(pressing(.character("s"), .character("S")).order(table) == table.order)
    }

    @Test func onlySomeKeysEnd() {
        var view = TopView()
        #expect(view.press(.character("q"), table, height: 4) == .quit)
        #expect(view.press(.control("c"), table, height: 4) == .quit)
        #expect(view.press(.control("z"), table, height: 4) == .suspend)
        _ = view.press(.character("/"), table, height: 4)
        #expect(view.press(.character("q"), table, height: 4) == .nothing)
    }

    @Test(arguments: [0, 1, 2, 5, 20, 80, 300])
    func linesAreAsWideAsTheTerminal(width: Int) {
        let (titles, rows) = table.lines(table.rows, width: width, order: table.order)
        #expect(titles.count == width && rows.allSatisfy { $0.count == width })
    }

    @Test func anEmptyPageTakesEveryKey() {
        let empty = TopTable(columns: ["NAME"], rows: [], order: .init(column: 0, isDescending: false))
        var view = TopView()
        for key in [Key.up, .down, .enter, .pageDown, .end, .character("s"), .character("r"), .escape] {
            #expect(view.press(key, empty, height: 0) != .quit)
            #expect(view.press(key, nil, height: 0) != .quit)
        }
    }
}
