import {Deferred, animationFrame} from "@odoo/hoot-mock";
import {
    contains,
    makeMockEnv,
    mockService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import {expect, test} from "@odoo/hoot";
import {Leaderboard} from "@sales_commission_gamify/leaderboard/leaderboard";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {getDefaultConfig} from "@web/views/view";
import {queryAllTexts} from "@odoo/hoot-dom";

defineMailModels();

const PAGE = "sales.commission.leaderboard.page";

function row(place, changes = {}) {
    return {
        key: place,
        place,
        name: `Seller ${place}`,
        text: `$ ${1000 - place}`,
        width: 100 - place,
        is_own: false,
        is_hidden: false,
        is_after_gap: false,
        ...changes,
    };
}

/** An answer of the server: the fifth of twenty, with a neighbour on both sides. */
function answer(changes = {}) {
    return {
        status: "ready",
        can_configure: false,
        boards: [
            {id: 1, name: "Amount"},
            {id: 2, name: "Points"},
        ],
        is_payee: true,
        is_hidden: false,
        board: {id: 1, name: "Amount", visibility: "own"},
        by: "payee",
        period: {
            kind: "month",
            name: "March 2026",
            previous: "2026-02-28",
            next: false,
        },
        kinds: [
            {key: "week", name: "Week"},
            {key: "month", name: "Month"},
        ],
        count: 20,
        own: {
            place: 5,
            text: "$ 995",
            band: 25,
            next_band: {percent: 10, place: 2, missing: "$ 3"},
        },
        rows: [row(4), row(5, {is_own: true}), row(6)],
        ...changes,
    };
}

/** The page; *pages* are its answers, the last one for all that follow. */
async function mountLeaderboard(...pages) {
    onRpc(PAGE, "get_page", ({args}) => {
        expect.step(JSON.stringify(args));
        const page = pages.length > 1 ? pages.shift() : pages[0];
        if (page instanceof Error) {
            throw page;
        }
        return page;
    });
    onRpc(PAGE, "set_hidden", ({args}) => {
        expect.step(`hidden ${args[0]}`);
        return true;
    });
    mockService("action", {
        async doAction(action) {
            expect.step(action);
        },
    });
    const env = await makeMockEnv({config: getDefaultConfig()});
    await mountWithCleanup(Leaderboard, {env, props: {action: {}}});
}

const FIRST = "[false,false,false,false]";

test("the own place with band and way, and the neighbours", async () => {
    await mountLeaderboard(answer());
    expect.verifySteps([FIRST]);
    expect(".o_leaderboard_place").toHaveText("5");
    expect(".o_leaderboard_own").toHaveText(/of 20/);
    expect(".o_leaderboard_band").toHaveText("Best 25 %");
    expect(".o_leaderboard_way").toHaveText("$ 3 more and you are among the best 10 %");
    expect(queryAllTexts(".o_leaderboard_number")).toEqual(["4", "5", "6"]);
    expect(".o_leaderboard_me").toHaveCount(1);
});

test("the first is told to stay, the last not that he is", async () => {
    const own = {place: 1, text: "$ 999", band: 10, next_band: null};
    await mountLeaderboard(answer({own}));
    expect(".o_leaderboard_way").toHaveText("You are at the top: stay there");
    expect.verifySteps([FIRST]);
});

test("below all bands there is no band", async () => {
    const own = {...answer().own, band: null};
    await mountLeaderboard(answer({own}));
    expect(".o_leaderboard_band").toHaveCount(0);
    expect.verifySteps([FIRST]);
});

test("another board, period, kind, and teams: each keeps the others", async () => {
    await mountLeaderboard(answer());
    await contains(".o_leaderboard_boards button:contains(Points)").click();
    await contains("button[title=Before]").click();
    await contains(".o_leaderboard_kind").select("week");
    await contains(".o_leaderboard_teams").click();
    expect.verifySteps([
        FIRST,
        "[2,false,false,false]",
        '[2,"month","2026-02-28",false]',
        '[2,"week",false,false]',
        '[2,"week",false,"team"]',
    ]);
    expect("button[title=After]").toHaveAttribute("disabled");
});

test("rows that are left out in between are seen to be", async () => {
    await mountLeaderboard(answer({rows: [row(1), row(5, {is_after_gap: true})]}));
    expect("li:contains(⋮)").toHaveCount(1);
    expect.verifySteps([FIRST]);
});

test("leaving the rankings and coming back", async () => {
    await mountLeaderboard(answer(), answer({is_hidden: true}), answer());
    await contains(".o_leaderboard_hide").click();
    expect.verifySteps([FIRST, "hidden true", FIRST]);
    expect(".o_leaderboard_hide").toHaveCount(0);
    await contains(".o_leaderboard_show").click();
    expect.verifySteps(["hidden false", FIRST]);
    expect(".o_leaderboard_hide").toHaveCount(1);
});

test("no board: who may make one is led there", async () => {
    await mountLeaderboard({status: "no_board", can_configure: true, boards: []});
    expect(".o_leaderboard_none").toHaveText(/no leaderboard for you yet/);
    await contains(".o_leaderboard_none button").click();
    expect.verifySteps([
        FIRST,
        "sales_commission_gamify.sales_commission_leaderboard_action",
    ]);
});

test("no board: a payee has no button", async () => {
    await mountLeaderboard({status: "no_board", can_configure: false, boards: []});
    expect(".o_leaderboard_none button").toHaveCount(0);
    expect.verifySteps([FIRST]);
});

test("nobody is ranked in these days", async () => {
    await mountLeaderboard(answer({status: "empty", own: null, rows: []}));
    expect(".o_leaderboard_empty").toHaveText(/Nobody to show here/);
    expect.verifySteps([FIRST]);
});

test("when the server does not answer, and then does", async () => {
    await mountLeaderboard(new Error("down"), answer());
    expect("[role=alert]").toHaveText(/could not be loaded/);
    await contains("button:contains(Try again)").click();
    expect(".o_leaderboard_row").toHaveCount(3);
    expect.verifySteps([FIRST, FIRST]);
});

test("of two answers the last one asked for is drawn", async () => {
    const late = new Deferred();
    await mountLeaderboard(answer(), late, answer({count: 99}));
    await contains(".o_leaderboard_teams").click();
    await contains(".o_leaderboard_payees").click();
    late.resolve(answer({count: 55}));
    await animationFrame();
    expect(".o_leaderboard_own").toHaveText(/of 99/);
    expect.verifySteps([
        FIRST,
        '[false,false,false,"team"]',
        '[false,false,false,"payee"]',
    ]);
});
