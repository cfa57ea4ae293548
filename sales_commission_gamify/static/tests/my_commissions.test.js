import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {queryAllTexts, queryAttribute} from "@odoo/hoot-dom";
import {Deferred, advanceTime, animationFrame} from "@odoo/hoot-mock";
import {
    allowTranslations,
    contains,
    makeMockEnv,
    mockService,
    mountWithCleanup,
    onRpc,
    serverState,
} from "@web/../tests/web_test_helpers";
import {getDefaultConfig} from "@web/views/view";
import {MyCommissions} from "@sales_commission_gamify/my_commissions/my_commissions";
import {MyCommissionsPage} from "@sales_commission_gamify/my_commissions/my_commissions_page";

defineMailModels();

const DASHBOARD = "sales.commission.dashboard";

function link(model, domain = []) {
    return {action: `sales_commission_gamify.sales_commission_${model}_action`, domain};
}

function figures(date, earned, places = {}) {
    return {date, earned, open: earned, to_pay: 0, paid: 0, ...places};
}

/** An answer of the server: 1,000 earned in March, 800 of it on a statement. */
function answer(changes = {}) {
    const current = figures("2026-03-01", 1000, {open: 200, to_pay: 300, paid: 500});
    const previous = figures("2026-02-01", 800);
    return {
        status: "ready",
        month: {
            date: "2026-03-01",
            name: "March 2026",
            previous: "2026-02-01",
            next: false,
        },
        can_design: false,
        other_companies: [],
        payee: "Ann",
        company: "Hermit",
        currency_id: serverState.currencies[0].id,
        current,
        previous,
        change: {amount: 200, percent: 25},
        history: [previous, current],
        payouts: {
            year: 2026,
            on_its_way: {amount: 300, count: 1},
            paid: {amount: 1500, count: 3},
        },
        running_longer: 0,
        components: [
            {
                key: "1-1-0-2026-03-01",
                name: "New business",
                plan: "Field sales",
                level: 0,
                date_from: "2026-03-01",
                date_to: "2026-03-31",
                credited: 20000,
                earned: 1000,
                quota: 0,
                attainment: 0,
                problem: false,
                unit: "money",
                is_score: false,
                pays: true,
                explanation: "20,000 at 5 % = 1,000",
                credited_text: "$ 20,000.00 credited",
                earned_text: "$ 1,000.00",
                attainment_text: false,
                attainment_width: 0,
                empty_text: "",
                period_text: "March 2026",
                plan_text: "Field sales · March 2026",
                pace: null,
                next_steps: [
                    {
                        kind: "step",
                        at: 25000,
                        distance: 5000,
                        progress: 80,
                        at_once: 0,
                        rate: 8,
                        is_whole: false,
                        text: "$ 5,000.00 more, and everything after that pays 8 %",
                    },
                ],
                link: link("credit", [["component_id", "=", 1]]),
            },
        ],
        deals: [
            {
                key: "account.move-7",
                name: "INV/2026/00007",
                kind: "Invoice",
                date: "2026-03-12",
                credits: [
                    {
                        component_id: 1,
                        component: "New business",
                        unit: "money",
                        amount: 20000,
                        text: "$ 20,000.00",
                        brings: 1000,
                        sentence: "$ 20,000.00 credited",
                    },
                ],
                brings: 1000,
                brings_text: "Brings $ 1,000.00",
                link: link("credit", [["document_id", "=", 7]]),
            },
        ],
        points: {
            month: 20,
            total: 120,
            rows: [
                {id: 1, date: "2026-03-12", reason: "Sale INV/2026/00007", points: 20},
            ],
        },
        point_word: {name: "points", icon: "fa-star"},
        badges: [
            {id: 3, name: "First Deal", text: "The first deal", count: 2, date: "x"},
            {id: 4, name: "Ten Deals", text: "10 deals", count: 0, date: false},
        ],
        disputes: {open: 2, answered: 1},
        statements: [
            {
                id: 5,
                name: "COM/2026/03/0001",
                period: "March 2026",
                state: "posted",
                state_label: "Posted",
                amount: 800,
                carried: 0,
            },
        ],
        links: Object.fromEntries(
            ["earned", "open", "to_pay", "paid", "on_its_way", "paid_year"]
                .concat(["deals", "points", "statements"])
                .map((key) => [key, link("earning", [["key", "=", key]])]),
        ),
        ...changes,
    };
}

async function mountPage() {
    const env = await makeMockEnv({config: getDefaultConfig()});
    await mountWithCleanup(MyCommissions, {env, props: {action: {}}});
}

function mockAction() {
    mockService("action", {
        loadAction: (xmlid) => Promise.resolve({xmlid}),
        doAction(action) {
            const {res_model, res_id, domain} = action;
            expect.step(res_model ? `${res_model} ${res_id}` : JSON.stringify(domain));
            return Promise.resolve();
        },
    });
}

test("shows what was earned, why, and where the money is", async () => {
    onRpc(DASHBOARD, "get_my_commissions", ({args}) => {
        expect.step(`load ${args[0]}`);
        return answer();
    });
    await mountPage();
    expect.verifySteps(["load false"]);
    expect(".o_my_commissions_earned").toHaveText("$ 1,000.00");
    expect(".o_my_commissions_hero").toHaveText(
        /\$\s200\.00 more than February \(\+25 %\)/,
    );
    expect(".o_my_commissions_paid").toHaveText("$ 500.00");
    expect(".o_my_commissions_to_pay").toHaveText("$ 300.00");
    expect(".o_my_commissions_open").toHaveText("$ 200.00");
    expect(".o_my_commissions_why").toHaveText("20,000 at 5 % = 1,000");
    expect(".o_my_commissions_component").toHaveText(
        /\$ 5,000\.00 more, and everything after that pays 8 %/,
    );
    expect(".o_my_commissions_points").toHaveText(/120/);
    expect(".o_my_commissions_badges").toHaveText(/1 of 2/);
    expect(".o_my_commissions_badge").toHaveCount(2);
    expect(".o_my_commissions_badge_open").toHaveText("Ten Deals");
    expect(queryAttribute("canvas", "aria-label")).toMatch(/Mar: \$\s1,000\.00/);
    expect(".o_my_commissions_next").not.toBeEnabled();
});

test("every amount leads to its records", async () => {
    onRpc(DASHBOARD, "get_my_commissions", () => answer());
    mockAction();
    await mountPage();
    for (const name of ["earned", "open", "on_its_way", "paid_year", "points"]) {
        await contains(`.o_my_commissions_${name}`).click();
        expect.verifySteps([`[["key","=","${name}"]]`]);
    }
    await contains(".o_my_commissions_deal").click();
    expect.verifySteps(['[["document_id","=",7]]']);
    await contains(".o_my_commissions_component button").click();
    expect.verifySteps(['[["component_id","=",1]]']);
    await contains(".o_my_commissions_statement").click();
    expect.verifySteps(["sales.commission.statement 5"]);
});

test("a card says the pace and what comes next", async () => {
    const [card] = answer().components;
    const [step] = card.next_steps;
    const behind = {
        passed: 64.5,
        days_left: 11,
        status: "behind",
        by_now: 16129.03,
        text: "$ 6,129.03 behind time",
        projected: 15500,
        projected_pay: 775,
        projected_text: "At this pace $ 15,500.00 by 31 March, which earns $ 775.00",
    };
    const components = [
        {
            ...card,
            attainment: 40,
            attainment_text: "40 % of the quota of $ 25,000.00",
            attainment_width: 40,
            pace: behind,
            next_steps: [step, {...step, kind: "gate", at: 30000, text: "The gate"}],
        },
        {...card, key: "over", next_steps: []},
    ];
    onRpc(DASHBOARD, "get_my_commissions", () => answer({components}));
    await mountPage();
    expect(".o_my_commissions_pace").toHaveCount(1);
    expect(".o_my_commissions_pace").toHaveText(/6,129\.03 behind time/);
    expect(".o_my_commissions_projected").toHaveText(/which earns \$ 775\.00/);
    expect(queryAttribute(".o_my_commissions_by_now", "style")).toMatch(/64\.5%/);
    expect(queryAllTexts(".o_my_commissions_next_step")).toEqual([
        "$ 5,000.00 more, and everything after that pays 8 %",
        "The gate",
    ]);
});

const RACE = {
    to_accept: [{id: 9, name: "Field sales 2027"}],
    streak: {days: 5, text: "5 days in a row", hint: "A deal today makes it 6"},
    challenges: [
        {
            id: 21,
            name: "Spring sprint",
            is_invited: false,
            days_left: 3,
            ends_text: "3 days left",
            prize: "100 points",
            place_text: "Place 2 of 4",
            score_text: "$ 500.00",
            ahead_text: "Bob leads with $ 900.00",
            to_next_text: "$ 400.00 to the next place",
            leads: false,
        },
        {
            id: 22,
            name: "Summer league",
            is_invited: true,
            ends_text: "ends today",
            prize: false,
            place_text: false,
            score_text: false,
            ahead_text: false,
            to_next_text: false,
            leads: false,
        },
        {
            id: 23,
            name: "Winter league",
            is_invited: false,
            ends_text: "1 day left",
            prize: false,
            place_text: "Place 1 of 4",
            score_text: false,
            ahead_text: "You lead",
            to_next_text: false,
            leads: true,
        },
    ],
    neighbours: {
        board_id: 1,
        board: "Sold this month",
        period: "March 2026",
        place_text: "Place 2 of 4",
        rows: [
            {key: 1, place: 1, name: "Bob", text: "$ 900.00", distance_text: "ahead"},
            {key: 2, place: 2, name: "Ann", text: "$ 500.00", is_own: true},
        ],
    },
};

test("what spurs on: plans to accept, streak, challenges, neighbours", async () => {
    onRpc(DASHBOARD, "get_my_commissions", () => answer(RACE));
    onRpc("sales.commission.challenge", "action_join", ({args}) => {
        expect.step(`join ${args[0]}`);
        return true;
    });
    mockService("action", {
        loadAction: (xmlid) => Promise.resolve({xmlid}),
        doAction(action, options) {
            const name = (action.xmlid || action).replace(/^.*\./, "");
            expect.step(`${name} ${options?.props.resId || ""}`);
            return Promise.resolve();
        },
    });
    await mountPage();
    expect(".o_my_commissions_streak").toHaveText(/A deal today makes it 6/);
    await contains(".o_my_commissions_to_accept button").click();
    expect.verifySteps(["sales_commission_plan_action_mine 9"]);
    expect(queryAllTexts(".o_my_commissions_challenge")[0]).toMatch(
        /3 days left\s+Place 2 of 4\s+\$ 500\.00\s+Bob leads with \$ 900\.00 · \$ 400/,
    );
    // what the server leaves out is not said as “false”
    expect(queryAllTexts(".o_my_commissions_challenge")[2]).toMatch(
        /^Winter league\s+1 day left\s+Place 1 of 4\s+You lead$/,
    );
    await contains(".o_my_commissions_challenge button").click();
    expect.verifySteps(["sales_commission_challenge_action 21"]);
    await contains(".o_my_commissions_join").click();
    expect.verifySteps(["join 22"]);
    expect(".o_my_commissions_neighbours li").toHaveCount(2);
    expect(".o_my_commissions_own").toHaveText(/^2\s+Ann/);
    await contains(".o_my_commissions_neighbours button").click();
    expect.verifySteps(["leaderboard_action "]);
});

test("news from the server are drawn in place, once for several", async () => {
    let news;
    mockService("bus_service", {
        subscribe: (channel, callback) => {
            if (channel === "sales_commission/changed") {
                news = callback;
            }
        },
        unsubscribe: () => {},
        addEventListener: () => {},
        removeEventListener: () => {},
        addChannel: () => {},
        deleteChannel: () => {},
        start: () => {},
    });
    let earned = 1000;
    onRpc(DASHBOARD, "get_my_commissions", ({args}) => {
        expect.step(`load ${args[0]}`);
        return answer({current: figures("2026-03-01", earned)});
    });
    await mountPage();
    expect.verifySteps(["load false"]);
    const canvas = document.querySelector("canvas");
    document.querySelector(".o_my_commissions_deal").focus();
    earned = 1250;
    news({});
    news({});
    await animationFrame();
    expect.verifySteps([]);
    await advanceTime(1100);
    await animationFrame();
    expect.verifySteps(["load false"]);
    expect(".o_my_commissions_earned").toHaveText("$ 1,250.00");
    expect("[aria-busy='true']").toHaveCount(0);
    expect(".o_my_commissions_deal").toBeFocused();
    expect(document.querySelector("canvas")).toBe(canvas);
});

test("switching the month says that it is loading and keeps the page", async () => {
    const february = new Deferred();
    onRpc(DASHBOARD, "get_my_commissions", ({args}) => (args[0] ? february : answer()));
    await mountPage();
    await contains(".o_my_commissions_previous").click();
    expect("[aria-busy='true']").toHaveCount(1);
    expect(".o_my_commissions_earned").toHaveText("$ 1,000.00");
    february.resolve(answer({current: figures("2026-02-01", 800)}));
    await animationFrame();
    expect("[aria-busy='true']").toHaveCount(0);
    expect(".o_my_commissions_earned").toHaveText("$ 800.00");
});

test("of several months asked for only the last is shown", async () => {
    const slow = new Deferred();
    let calls = 0;
    onRpc(DASHBOARD, "get_my_commissions", () => {
        calls++;
        return calls === 2 ? slow : answer({current: figures("2026-01-01", calls)});
    });
    await mountPage();
    await contains(".o_my_commissions_previous").click();
    await contains(".o_my_commissions_previous").click();
    slow.resolve(answer({current: figures("2026-02-01", 2)}));
    await animationFrame();
    expect(".o_my_commissions_earned").toHaveText("$ 3.00");
});

test("a user who is no payee is told what to do", async () => {
    onRpc(DASHBOARD, "get_my_commissions", () => ({
        status: "no_payee",
        month: answer().month,
        can_design: true,
        other_companies: ["Elsewhere"],
    }));
    await mountPage();
    expect(".o_my_commissions_message h2").toHaveText(
        "You are not set up to earn commissions here",
    );
    expect(".o_my_commissions_message").toHaveText(/Elsewhere/);
    expect(".o_my_commissions_message .btn-primary").toHaveText("Open Plans");
    expect(".o_my_commissions_months").toHaveCount(0);
});

test("a payee without a plan is told so", async () => {
    const empty = {status: "no_plan", components: [], deals: [], statements: []};
    onRpc(DASHBOARD, "get_my_commissions", () => answer(empty));
    await mountPage();
    expect(".o_my_commissions_message h2").toHaveText(
        "You are not part of a commission plan yet",
    );
    expect(".o_my_commissions_message .btn-primary").toHaveCount(0);
});

test("a month without anything still makes sense", async () => {
    onRpc(DASHBOARD, "get_my_commissions", () =>
        answer({
            components: [],
            deals: [],
            statements: [],
            points: {month: 0, total: 0, rows: []},
            current: figures("2026-03-01", 0),
            change: {amount: -800, percent: -100},
        }),
    );
    await mountPage();
    expect(".o_my_commissions_hero").toHaveText(/less than February \(-100 %\)/);
    expect(".o_my_commissions_points").toHaveCount(0);
    expect(queryAllTexts("section p")).toEqual([
        "None of your plans ran in March 2026.",
        "Your first statement appears here once it is confirmed.",
        "No deal counted yet. Confirmed invoices appear here by themselves.",
    ]);
});

test("when loading fails it can be tried again", async () => {
    let fail = true;
    onRpc(DASHBOARD, "get_my_commissions", () => {
        if (fail) {
            throw new Error("no connection");
        }
        return answer();
    });
    await mountPage();
    expect("[role='alert'] h2").toHaveText("Your commissions could not be loaded");
    fail = false;
    await contains("[role='alert'] .btn-primary").click();
    expect(".o_my_commissions_earned").toHaveText("$ 1,000.00");
});

test("a deal says what it brings beside what it was credited", async () => {
    const deals = answer().deals;
    const [deal] = deals;
    const [credit] = deal.credits;
    deals.push(
        {...deal, key: "a", brings: null, brings_text: false},
        {
            ...deal,
            key: "b",
            brings: -42.5,
            brings_text: "Brings $ -42.50",
            credits: [
                {...credit, amount: -850, sentence: "$ -850.00 credited"},
                {...credit, component_id: 2, amount: 7, sentence: "7 counted"},
            ],
        },
    );
    onRpc(DASHBOARD, "get_my_commissions", () => answer({deals}));
    await mountPage();
    expect(queryAllTexts(".o_my_commissions_brings")).toEqual([
        "Brings $ 1,000.00",
        "Brings $ -42.50",
    ]);
    expect(queryAllTexts(".o_my_commissions_credit")).toEqual([
        "$ 20,000.00 credited",
        "$ 20,000.00 credited",
        "$ -850.00 credited",
        "7 counted",
    ]);
    expect(".o_my_commissions_brings.text-danger").toHaveCount(1);
});

test("the places of the money never overflow their bar", () => {
    allowTranslations();
    const current = figures("2026-03-01", 100, {open: -50, to_pay: 150});
    const {places} = new MyCommissionsPage(answer({current}));
    expect(places.map((place) => place.width)).toEqual(["0.0%", "100.0%", "0.0%"]);
});
