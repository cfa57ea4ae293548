import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {animationFrame} from "@odoo/hoot-mock";
import {
    contains,
    makeMockEnv,
    mockService,
    mountWithCleanup,
    onRpc,
    serverState,
} from "@web/../tests/web_test_helpers";
import {getDefaultConfig} from "@web/views/view";
import {Simulator} from "@sales_commission_gamify/simulator/simulator";

defineMailModels();

const MODEL = "sales.commission.scenario";
const PAST = {
    company_id: [1, "Hermit"],
    date_from: "2026-01-01",
    date_to: "2026-02-28",
    volumes: "past",
    volume_change: 0,
};
const SAVED = [
    {...PAST, id: 1, name: "Higher rates"},
    {...PAST, id: 2, name: "With a cap"},
    {...PAST, id: 3, name: "Next year", volumes: "before", volume_change: 10},
];

function scenario(id, total) {
    return {
        id,
        name: SAVED.find((row) => row.id === id).name,
        plan_id: 5,
        plan_name: "Draft",
        replaced_name: "Field sales",
        description: "",
        costs: [total / 2, total / 2],
        total,
        percent: 6,
        difference: total - 1000,
        difference_percent: (total - 1000) / 10,
        winners: 1,
        losers: 1,
        unchanged: 1,
        warnings: ["Refunds of June are not in it."],
    };
}

function payee(id, name, team, baseline, differences) {
    return {
        id,
        name,
        team,
        baseline,
        baseline_attainment: 80,
        amounts: differences.map((one) => baseline + one),
        differences,
        attainments: differences.map(() => false),
    };
}

function answer(ids) {
    const pick = (...all) => all.slice(0, ids.length);
    return {
        currency: {id: serverState.currencies[0].id},
        company: "Hermit",
        months: [
            {date: "2026-01-01", name: "Jan 2026"},
            {date: "2026-02-01", name: "Feb 2026"},
        ],
        is_forecast: false,
        revenue: [10000, 10000],
        revenue_total: 20000,
        baseline: {name: "As it is", costs: [500, 500], total: 1000, percent: 5},
        scenarios: ids.map((id) => scenario(id, id === 1 ? 1200 : 900)),
        payees: [
            payee(11, "Ann", "North", 600, pick(250, -50)),
            payee(12, "Bob", "South", 300, pick(-50, 10)),
            payee(13, "José", "South", 100, pick(0, -60)),
        ],
    };
}

async function open(context = {}, props = {}) {
    await makeMockEnv({config: {...getDefaultConfig(), actionId: 1}});
    await mountWithCleanup(Simulator, {
        props: {action: {context}, actionId: 1, className: "", ...props},
    });
    await animationFrame();
}

function serve(asked = []) {
    onRpc(MODEL, "search_read", () => SAVED);
    onRpc(MODEL, "compare", ({args}) => {
        asked.push(args[0]);
        return answer(args[0]);
    });
    return asked;
}

const names = () => queryAllTexts(".o_simulator_payee .o_simulator_name");
const CHOSEN = {active_model: MODEL, active_ids: [1]};

test("what it costs now and then, and what to know", async () => {
    serve();
    await open(CHOSEN);
    expect(".o_simulator_baseline .o_simulator_figure").toHaveText(/1,000/);
    expect(".o_simulator_scenario .o_simulator_figure").toHaveText(/1,200/);
    expect(".o_simulator_replaced").toHaveText("Instead of Field sales");
    expect(".o_simulator_workbook").toHaveAttribute(
        "href",
        "/commissions/scenarios/1.xlsx",
    );
    expect(".o_simulator_difference").toHaveText(/^\+.*200 \(\+20 %\)$/);
    expect(".o_simulator_warnings li").toHaveText("Refunds of June are not in it.");
    expect(".o_figure_chart canvas").toHaveCount(1);
});

test("payees are sorted, searched and told apart", async () => {
    serve();
    await open(CHOSEN);
    expect(names()).toEqual(["Ann", "José", "Bob"]);
    await contains(".o_simulator_by_difference").click();
    expect(names()).toEqual(["Bob", "José", "Ann"]);
    expect("th[aria-sort=ascending]").toHaveCount(1);
    await contains(".o_simulator_search").edit("jose", {confirm: false});
    expect(names()).toEqual(["José"]);
    await contains(".o_simulator_search").edit("south", {confirm: false});
    await contains(".o_simulator_show").select("losers");
    expect(names()).toEqual(["Bob"]);
    await contains(".o_simulator_search").edit("nobody", {confirm: false});
    expect(".o_simulator_none").toHaveCount(1);
});

test("scenarios are compared as they are chosen", async () => {
    const asked = serve();
    await open();
    expect(".o_simulator_choose").toHaveCount(1);
    expect(queryAllTexts(".o_simulator_months")).toEqual([
        "Jan 2026 to Feb 2026 · as sold",
        "Jan 2026 to Feb 2026 · as sold in the months before +10 %",
    ]);
    expect(asked).toEqual([]);
    await contains("#scenario_1").click();
    await contains("#scenario_2").click();
    await animationFrame();
    expect(asked).toEqual([[1], [1, 2]]);
    expect(".o_simulator_scenario").toHaveCount(2);
    await contains(".o_simulator_at").select("1");
    expect(names()).toEqual(["Bob", "Ann", "José"]);
    await contains("#scenario_3").click();
    expect("#scenario_1").not.toBeChecked();
    expect(asked.at(-1)).toEqual([3]);
    await contains("#scenario_3").click();
    expect(".o_simulator_choose").toHaveCount(1);
});

test("nothing is saved yet", async () => {
    onRpc(MODEL, "search_read", () => []);
    await open();
    expect(".o_simulator_first").toHaveCount(1);
    expect(".o_simulator_all").toHaveCount(0);
});

test("what cannot be compared is said, and can be tried again", async () => {
    let isDown = true;
    onRpc(MODEL, "search_read", () => SAVED);
    onRpc(MODEL, "compare", ({args}) => {
        if (isDown) {
            throw new Error("The server is away");
        }
        return answer(args[0]);
    });
    await open(CHOSEN);
    expect(".o_scg_retry").toHaveCount(1);
    expect(".o_simulator_edit").toHaveCount(1);
    isDown = false;
    await contains(".o_scg_retry").click();
    await animationFrame();
    expect(".o_simulator_scenario").toHaveCount(1);
});

test("to the plan in the designer, and back to the same scenarios", async () => {
    const asked = serve();
    onRpc("sales.commission.plan", "action_open_designer", ({args}) => {
        expect.step(args[0]);
        return {type: "ir.actions.client", tag: "designer"};
    });
    mockService("action", {doAction: (action) => expect.step(action.tag)});
    await open({}, {state: {chosen: [2, 99]}});
    expect(asked).toEqual([[2]]);
    await contains(".o_simulator_plan").click();
    expect.verifySteps([[5], "designer"]);
});
