import {animationFrame, Deferred} from "@odoo/hoot-mock";
import {contains, mountWithCleanup, onRpc} from "@web/../tests/web_test_helpers";
import {expect, test} from "@odoo/hoot";
import {queryAllTexts, queryAttribute} from "@odoo/hoot-dom";
import {ChallengeStandings} from "@sales_commission_gamify/challenge/challenge_standings";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";

defineMailModels();

function row(key, changes = {}) {
    return {
        key,
        place: key,
        name: `Seller ${key}`,
        text: `$ ${1000 - key}`,
        note: "",
        width: 100 - key,
        is_own: false,
        is_hidden: false,
        won: false,
        state: "",
        ...changes,
    };
}

/** An answer of the server: the second of three, in a challenge that runs. */
function answer(changes = {}) {
    return {
        status: "ready",
        state: "running",
        kind: "most",
        count: 3,
        own: {place: 2, text: "$ 998", to_next: "$ 1", to_goal: 0, won: false},
        rows: [row(1, {won: true}), row(2, {is_own: true}), row(3)],
        teams: [],
        matches: [],
        ...changes,
    };
}

async function mountStandings(page, {state = "running", resId = 7} = {}) {
    onRpc("sales.commission.challenge", "get_standings", ({args}) => {
        expect.step(args[0]);
        const next = typeof page === "function" ? page() : page;
        if (next instanceof Error) {
            throw next;
        }
        return next;
    });
    const record = {resId, data: {state}};
    await mountWithCleanup(ChallengeStandings, {props: {record, readonly: true}});
}

test("the own place with the way to the next, and the rows", async () => {
    await mountStandings(answer());
    expect.verifySteps([7]);
    expect(".o_challenge_place").toHaveText("2");
    expect(".o_challenge_own").toHaveText(/of 3/);
    expect(".o_challenge_own").toHaveText(/\$ 1 to the next place/);
    expect(queryAllTexts(".o_challenge_row .o_challenge_text")).toEqual([
        "Seller 1",
        "Seller 2",
        "Seller 3",
    ]);
    expect(".o_challenge_row.o_challenge_me").toHaveCount(1);
    expect(queryAttribute(".o_challenge_row .fa-trophy", "title")).toBe(
        "Wins as it stands",
    );
});

const OWN = [
    [{won: true, leads: true}, "You have won. Congratulations!"],
    [{leads: true, to_goal: "$ 5"}, "As it stands, you win"],
    [{to_goal: "$ 5", to_next: "$ 1"}, "$ 5 to the goal"],
    [{to_next: "$ 1"}, "$ 1 to the next place"],
];
for (const [changes, sentence] of OWN) {
    test(`what the own place says: ${sentence}`, async () => {
        const own = {place: 2, text: "$ 998", ...changes};
        await mountStandings(answer({own}));
        expect(".o_challenge_own div:last-child > div:last-child").toHaveText(sentence);
        expect.verifySteps([7]);
    });
}

test("ten rows and the own one, until all are asked for", async () => {
    const rows = Array.from({length: 30}, (_unused, at) =>
        row(at + 1, {is_own: at === 24}),
    );
    await mountStandings(answer({rows}));
    expect(".o_challenge_row").toHaveCount(11);
    expect(".o_challenge_me").toHaveText(/Seller 25/);
    await contains("button:contains(Show all)").click();
    expect(".o_challenge_row").toHaveCount(30);
    expect("button:contains(Show all)").toHaveCount(0);
    expect.verifySteps([7]);
});

test("teams", async () => {
    const teams = [
        {key: 1, place: 1, name: "North", text: "$ 900", width: 100},
        {key: 2, place: 2, name: "South", text: "$ 300", width: 33},
    ];
    await mountStandings(answer({kind: "teams", teams}));
    expect(queryAllTexts(".o_challenge_team .flex-grow-1")).toEqual(["North", "South"]);
    expect.verifySteps([7]);
});

test("a bracket by rounds", async () => {
    const match = {
        round: 1,
        first: "Ann",
        second: "Bob",
        first_won: true,
        second_won: false,
        first_text: "$ 9",
        second_text: "$ 3",
    };
    const matches = [match, {...match, first: "Cem"}, {...match, round: 2}];
    await mountStandings(answer({kind: "bracket", matches}));
    expect(queryAllTexts(".o_challenge_round > .small")).toEqual([
        "Round 1",
        "Round 2",
    ]);
    expect(".o_challenge_round:first .border").toHaveCount(2);
    expect(".o_challenge_round .fw-bold:first").toHaveText(/Ann/);
    expect.verifySteps([7]);
});

test("who left, and who is not shown to colleagues", async () => {
    const rows = [row(1, {is_hidden: true}), row(2, {state: "left", place: null})];
    await mountStandings(answer({rows, own: null}));
    expect(".o_challenge_row .fa-eye-slash").toHaveCount(1);
    expect(".o_challenge_row.text-muted .o_challenge_number").toHaveText("–");
    expect(".o_challenge_own").toHaveCount(0);
    expect.verifySteps([7]);
});

test("what only managers see", async () => {
    await mountStandings(answer({rows: [], own: null}));
    expect(".o_challenge_standings p").toHaveText(/shown to managers only/);
    expect.verifySteps([7]);
});

test("a draft asks for nothing", async () => {
    await mountStandings(answer(), {state: "draft"});
    expect(".o_challenge_standings").toHaveText("");
    await mountStandings(answer(), {resId: false});
    expect.verifySteps([]);
});

test("when the server does not answer, and then does", async () => {
    let page = new Error("down");
    await mountStandings(() => page);
    expect(".o_challenge_standings .alert").toHaveText(/could not be loaded/);
    page = answer();
    await contains(".alert button:contains(Try again)").click();
    expect(".o_challenge_standings .alert").toHaveCount(0);
    expect(".o_challenge_row").toHaveCount(3);
    expect.verifySteps([7, 7]);
});

test("of two answers the last one asked for is drawn", async () => {
    const late = new Deferred();
    const answers = [answer(), late, answer({count: 99})];
    onRpc("sales.commission.challenge", "get_standings", () => answers.shift());
    const record = (resId) => ({resId, data: {state: "running"}});
    const standings = await mountWithCleanup(ChallengeStandings, {
        props: {record: record(1), readonly: true},
    });
    standings.load({record: record(2)});
    await standings.load({record: record(3)});
    late.resolve(answer({count: 55}));
    await animationFrame();
    expect(".o_challenge_own").toHaveText(/of 99/);
});
