import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {queryAllTexts, queryAttribute} from "@odoo/hoot-dom";
import {animationFrame} from "@odoo/hoot-mock";
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
import {Program} from "@sales_commission_gamify/program/program";
import {ProgramPage} from "@sales_commission_gamify/program/program_page";

defineMailModels();

/** What the page asked the server for, last. */
let asked = [];

const PROGRAM = "sales.commission.program";

function link(model) {
    return {
        action: `sales_commission_gamify.sales_commission_${model}_action`,
        domain: [["company_id", "=", 1]],
    };
}

/** An answer of the server: a quarter of two payees and one plan. */
function answer(changes = {}) {
    const part = {earned: 320, share: 100, growth: 12.2};
    return {
        status: "ready",
        filters: {
            company_id: 1,
            companies: [{id: 1, name: "Hermit"}],
            team_id: false,
            teams: [{id: 7, name: "North"}],
            plan_id: false,
            plans: [{id: 3, name: "New business"}],
            months: 3,
            lengths: [1, 3, 6, 12],
        },
        period: {
            date: "2026-03-31",
            name: "Jan 2026 to Mar 2026",
            first: "2026-01-01",
            last: "2026-03-31",
            is_running: false,
            previous: "2025-12-31",
            next: false,
        },
        company: "Hermit",
        currency_id: serverState.currencies[0].id,
        point_word: "stars",
        adoption: {
            looked: 1,
            payees: 2,
            percent: 50,
            missing: [{id: 12, name: "Bob"}],
        },
        points: {given: 1500, a_month: 500, growth: 8},
        payouts: {
            amount: 320,
            draft: 20,
            statements: 4,
            before: 300,
            growth: 6.7,
            year_before: 0,
            growth_of_year: false,
        },
        cost: {
            earned: 320,
            growth: 12.2,
            revenue: 3200,
            percent: 10,
            percent_before: false,
        },
        trend_months: [
            {date: "2026-02-01", earned: 150, paid_out: 150, is_shown: true},
            {date: "2026-03-01", earned: 0, paid_out: 0, is_shown: true},
        ],
        forecast: {
            year: 2026,
            so_far: 320,
            a_month: 100,
            months_left: 9,
            amount: 1220,
        },
        accrued: 170,
        distribution: [
            {from: 0, to: 50, payees: [12]},
            {from: 50, to: false, payees: [11]},
        ],
        payees: [
            {id: 11, name: "Ann", earned: 200, attainment: 80, revenue: 2000},
            {id: 12, name: "Bob", earned: 120, attainment: false, revenue: 1200},
        ],
        plans: [
            {
                id: 3,
                name: "New business",
                ...part,
                components: [
                    {id: 31, name: "Invoiced", ...part},
                    {id: 32, name: "Campus", ...part, growth: false},
                ],
            },
        ],
        links: {
            adoption: link("visit"),
            missing: link("assignment"),
            points: link("point"),
            payouts: link("statement"),
            earned: link("earning"),
            attainment: link("attainment"),
            accrued: link("accrual"),
            forecast: link("earning"),
            exceptions: link("exception"),
        },
        ...changes,
    };
}

async function open(changes = {}) {
    const opened = [];
    asked = [];
    mockService("action", {
        loadAction: async (id) => ({id}),
        doAction: (action, options) => opened.push([action, options]),
    });
    onRpc(PROGRAM, "get_exceptions", () => 3);
    if (changes) {
        onRpc(PROGRAM, "get_program", ({args}) => {
            asked.push(args[0]);
            return answer(changes);
        });
    }
    const env = await makeMockEnv({config: getDefaultConfig()});
    await mountWithCleanup(Program, {props: {action: {}, actionId: 1}, env});
    await animationFrame();
    return opened;
}

test("headlines, and the exceptions afterwards", async () => {
    await open();
    expect(asked).toEqual([{}]);
    expect(queryAllTexts(".o_program_figure")).toEqual(["50 %", "500", "+7 %", "10 %"]);
    expect(".o_program_adoption").toHaveText(/1 of 2 payees looked/);
    expect(".o_program_points h2").toHaveText("Stars given a month");
    expect(".o_program_payouts").toHaveText(/against the 3 months before/);
    expect(".o_program_payouts").toHaveText(/No statements a year before/);
    expect(".o_program_cost").toHaveText(/Nothing to compare with before/);
    expect(".o_program_exceptions .btn").toHaveText("3");
    expect(".o_program_forecast").toHaveText(/by the end of 2026/);
});

test("charts say the same in words and as a table", async () => {
    await open();
    expect("canvas").toHaveCount(3);
    expect(queryAttribute(".o_program_distribution canvas", "aria-label")).toBe(
        "0–50 %: 1; 50 % and more: 1",
    );
    expect(
        queryAllTexts(".o_program_distribution tbody tr", {raw: false}),
    ).toHaveLength(2);
});

test("who has not looked is listed", async () => {
    const opened = await open();
    await contains(".o_program_missing").click();
    expect(opened[0][0].domain).toEqual([
        ["company_id", "=", 1],
        ["employee_id", "in", [12]],
    ]);
});

test("a plan and its components open their earnings", async () => {
    const opened = await open();
    await contains(".o_program_plans button:contains(Campus)").click();
    await contains(".o_program_plans button:contains(New business)").click();
    expect(opened.map(([action]) => action.domain[1])).toEqual([
        ["component_id", "=", 32],
        ["plan_id", "=", 3],
    ]);
});

test("filters ask anew, another company without team and plan", async () => {
    await open();
    await contains(".o_program_team").select("7");
    await contains(".o_program_length").select("12");
    await contains(".o_program_previous").click();
    expect(asked).toEqual([
        {},
        {team_id: 7},
        {team_id: 7, months: 12},
        {team_id: 7, months: 12, date: "2025-12-31"},
    ]);
    expect(".o_program_next").toHaveProperty("disabled", true);
});

test("nobody takes part", async () => {
    await open({status: "empty", payees: [], plans: []});
    expect(".o_program_message h2").toHaveText(/Nobody takes part/);
    expect("canvas").toHaveCount(0);
});

test("without targets payees are compared by what they invoiced", async () => {
    await open({distribution: [{from: 0, to: false, payees: []}]});
    expect(".o_program_distribution").toHaveText(/No payee has a target/);
    expect(".o_program_performance select").toHaveCount(0);
});

test("what fails can be tried again", async () => {
    let fails = true;
    onRpc(PROGRAM, "get_program", () => {
        if (fails) {
            throw new Error("gone");
        }
        return answer();
    });
    await open(null);
    expect("[role=alert] h2").toHaveText("The figures could not be loaded");
    fails = false;
    await contains("[role=alert] .btn").click();
    expect(".o_program_figure").toHaveCount(4);
});

test("growth is said with its sign, or not at all", () => {
    allowTranslations();
    const page = new ProgramPage(answer());
    expect(page.growth(12.04)).toBe("+12 %");
    expect(page.growth(-3.6)).toBe("-4 %");
    expect(page.growth(0.2)).toBe("0 %");
    expect(page.growth(false)).toBe("–");
    expect(page.getDots("attainment").map((dot) => dot.x)).toEqual([80]);
    expect(page.getDots("revenue").map((dot) => dot.x)).toEqual([2000, 1200]);
});
