import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {describe, expect, test} from "@odoo/hoot";
import {press, queryAllValues} from "@odoo/hoot-dom";
import {Deferred, advanceTime, animationFrame} from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    makeMockEnv,
    makeServerError,
    mockService,
    models,
    mountWithCleanup,
    onRpc,
    serverState,
} from "@web/../tests/web_test_helpers";
import {getDefaultConfig} from "@web/views/view";
import {PlanDesigner} from "@sales_commission_gamify/plan_designer/plan_designer";

const PLAN = "sales.commission.plan";
const COMPONENT = "sales.commission.component";

class Measure extends models.Model {
    _name = "sales.commission.measure";

    name = fields.Char();

    _records = [{id: 1, name: "Invoiced amount"}];
}

class Hierarchy extends models.Model {
    _name = "sales.commission.hierarchy";

    name = fields.Char();
    company_id = fields.Many2one({relation: "res.company"});

    _records = [{id: 5, name: "Sales management"}];
}

defineMailModels();
defineModels([Measure, Hierarchy]);
describe.current.tags("desktop");

function rate(id, bound, percent) {
    return {
        id,
        bound,
        percent,
        kind: "percent",
        fixed: 0,
        per_unit: 0,
        target_percent: 0,
        application: false,
        level: 0,
    };
}

const CURVE = {
    x: [0, 10000, 13000],
    y: [0, 300, 450],
    x_label: "Credited in the period",
    unit: "money",
    marks: [
        {x: 0, label: "3 %", kind: "step"},
        {x: 10000, label: "5 %", kind: "step"},
        {x: 12000, y: 400, label: "At most $ 400.00", kind: "cap"},
    ],
    note: "",
};

function card(changes = {}) {
    return {
        id: 7,
        name: "New business",
        basis: "measure",
        measure_id: 1,
        credited_to: "salesperson",
        hierarchy_id: false,
        override_kind: "plain",
        domain: "[]",
        pays: "rates",
        quota: 0,
        target_incentive: 0,
        lookup: "amount",
        running_kind: "year",
        application: "marginal",
        edge: "upper",
        between: "flat",
        model_name: false,
        unit: "money",
        levels: [0],
        rates: [rate(1, 0, 3), rate(2, 10000, 5)],
        curves: {0: CURVE},
        asks: [],
        chips: [
            {
                model: COMPONENT,
                id: 7,
                kind: "limits",
                label: "At most $ 400.00 per period",
                clear: {cap_per_period: false},
            },
        ],
        next_bound: 10000,
        curve_unit: "money",
        ...changes,
    };
}

function choice(string, ...selection) {
    return {string, help: "", selection: selection.map((key) => [key, `The ${key}`])};
}

function page(changes = {}) {
    const {plan, ...others} = changes;
    return {
        plan:
            plan === null
                ? null
                : {
                      id: 3,
                      name: "Field sales",
                      date_from: "2026-01-01",
                      date_to: false,
                      period_kind: "month",
                      state: "draft",
                      state_label: "Draft",
                      company_id: 1,
                      payee_count: 2,
                      version: 1,
                      ...plan,
                  },
        components: [card()],
        fields: {
            plan: {
                name: {string: "Name"},
                date_from: {string: "From"},
                date_to: {string: "To"},
                period_kind: choice("Measured each", "month", "quarter"),
            },
            component: {
                basis: choice("Counts", "measure", "scorecard"),
                credited_to: choice("Credited to", "salesperson", "hierarchy"),
                pays: choice("Pays", "rates", "nothing"),
                lookup: choice("Reached by", "amount", "attainment"),
                application: choice("Pays on", "marginal", "retroactive"),
                quota: {string: "Quota per period"},
                target_incentive: {string: "Target incentive"},
            },
            rate: {
                kind: choice("Pays", "percent", "fixed"),
                application: choice("On", "marginal", "retroactive"),
            },
        },
        can_edit: true,
        can_write: true,
        flags: {document: false, new_version: false, examples: false},
        currency_id: serverState.currencies[0].id,
        ...others,
    };
}

function priced(total, lines = [], error = "") {
    const text = `$ ${total}`;
    return {
        total,
        total_text: text,
        components: [
            {
                id: 7,
                name: "New business",
                amount: total,
                amount_text: text,
                lines,
                error,
            },
        ],
    };
}

/** The server's side; *changes* replace single methods. */
function serve(data = page(), changes = {}) {
    onRpc(PLAN, "get_designer", () => data);
    onRpc(PLAN, "get_designer_start", () => data);
    onRpc(PLAN, "try_out", () => priced(0));
    onRpc(COMPONENT, "get_designer_card", () => data.components[0]);
    onRpc(COMPONENT, "write", ({args}) => {
        expect.step(JSON.stringify(args[1]));
        return true;
    });
    for (const [path, answer] of Object.entries(changes)) {
        const [model, method] = path.split("/");
        onRpc(model, method, answer);
    }
}

async function mountPage(planId = 3) {
    const env = await makeMockEnv({config: getDefaultConfig()});
    await mountWithCleanup(PlanDesigner, {
        env,
        props: {action: {params: {plan_id: planId}}},
    });
}

const bound = (row) =>
    `.o_designer_rates tbody tr:nth-child(${row}) .o_designer_bound input`;
const pay = (row) =>
    `.o_designer_rates tbody tr:nth-child(${row}) .o_designer_pay input`;

test("shows the plan, its components, rates and curve", async () => {
    serve();
    await mountPage();
    expect(".o_designer_name input").toHaveValue("Field sales");
    expect(".o_designer_head").toHaveText(/2 payees/);
    expect(".o_designer_card").toHaveCount(1);
    expect(queryAllValues(".o_designer_bound input")).toEqual(["0", "10,000"]);
    expect(queryAllValues(".o_designer_pay input")).toEqual(["3", "5"]);
    expect(".o_designer_record input").toHaveValue("Invoiced amount");
    expect(".o_designer_domain").toHaveText(/all of them count/);
    expect("canvas").toHaveAttribute("aria-label", /\$\s300 at \$\s10,000/);
    expect(".o_designer_legend li:first-child").toHaveText(/5 % from \$\s10,000/);
    expect(".o_designer_legend li:last-child").toHaveText(
        /At most \$\s400\.00, reached at \$\s12,000/,
    );
    expect(".o_designer_chip").toHaveText(/At most/);
});

test("a rate is saved through its component as soon as it is left", async () => {
    const data = page();
    serve(data, {
        [`${COMPONENT}/get_designer_card`]: () =>
            card({rates: [rate(1, 0, 3), rate(2, 10000, 6.5)]}),
    });
    await mountPage();
    await contains(pay(2)).edit("6.5", {confirm: "blur"});
    expect.verifySteps(['{"rate_ids":[[1,2,{"percent":6.5}]]}']);
    expect(pay(2)).toHaveValue("6.5");
    expect(".o_designer_status").toHaveText("All changes saved");
});

test("what is refused is said at the field and can be mended", async () => {
    let refuse = true;
    serve(page(), {
        [`${COMPONENT}/write`]: ({args}) => {
            if (refuse) {
                throw makeServerError({message: "Two steps start at the same place."});
            }
            expect.step(JSON.stringify(args[1]));
            return true;
        },
    });
    await mountPage();
    await contains(bound(2)).edit("0", {confirm: "blur"});
    expect(".o_designer_bound .o_designer_error").toHaveText(
        "Two steps start at the same place.",
    );
    expect(bound(2)).toHaveValue("0");
    expect(bound(2)).toHaveAttribute("aria-invalid", "true");
    expect(".o_designer_status").toHaveText("Not saved");
    refuse = false;
    await contains(bound(2)).edit("12000", {confirm: "blur"});
    expect.verifySteps(['{"rate_ids":[[1,2,{"bound":12000}]]}']);
    expect(".o_designer_error").toHaveCount(0);
});

test("what is no number is not even sent", async () => {
    serve();
    await mountPage();
    await contains(pay(1)).edit("three", {confirm: "blur"});
    expect(".o_designer_pay .o_designer_error").toHaveText("“three” is not a number.");
    expect(pay(1)).toHaveValue("three");
    expect.verifySteps([]);
    await contains(pay(1)).press("Escape");
    expect(pay(1)).toHaveValue("3");
    expect(".o_designer_error").toHaveCount(0);
});

test("arrow keys move between rows and Enter adds one after the last", async () => {
    const data = page();
    serve(data);
    await mountPage();
    await contains(bound(1)).focus();
    await press("ArrowDown");
    expect(bound(2)).toBeFocused();
    await press("Enter");
    await animationFrame();
    expect(bound(3)).toBeFocused();
    expect(pay(3)).toHaveValue("5");
    data.components = [card({rates: [...card().rates, rate(9, 20000, 5)]})];
    await contains(bound(3)).edit("20000", {confirm: "blur"});
    await animationFrame();
    expect.verifySteps([
        '{"rate_ids":[[0,0,{"bound":20000,"kind":"percent","level":0,"application":false,"percent":5}]]}',
    ]);
    expect(pay(3)).toBeFocused();
});

test("prices what is typed once, after the last key", async () => {
    const asked = [];
    serve(page(), {
        [`${PLAN}/try_out`]: ({args}) => {
            asked.push(args[1]);
            return priced(120, ["$ 4,000.00 at 3 % = $ 120.00"]);
        },
    });
    await mountPage();
    await advanceTime(300);
    asked.length = 0;
    await contains(".o_designer_try input").edit("400", {confirm: false});
    await contains(".o_designer_try input").edit("4000", {confirm: false});
    expect(asked).toEqual([]);
    await advanceTime(300);
    expect(asked).toEqual([{7: {credited: 4000}}]);
    expect(".o_designer_total_amount").toHaveText("$ 120");
    expect(".o_designer_why").toHaveText("$ 4,000.00 at 3 % = $ 120.00");
    await contains(".o_designer_try input").edit("4k0", {confirm: false});
    await advanceTime(300);
    expect(".o_designer_try [role='alert']").toHaveText("“4k0” is not a number.");
});

test("an answer that comes late does not cover a newer one", async () => {
    const slow = new Deferred();
    serve(page(), {
        [`${PLAN}/try_out`]: ({args}) =>
            args[1][7].credited === 1 ? slow : priced(args[1][7].credited || 0),
    });
    await mountPage();
    await contains(".o_designer_try input").edit("1", {confirm: false});
    await advanceTime(300);
    await contains(".o_designer_try input").edit("2", {confirm: false});
    await advanceTime(300);
    expect(".o_designer_total_amount").toHaveText("$ 2");
    slow.resolve(priced(1));
    await animationFrame();
    expect(".o_designer_total_amount").toHaveText("$ 2");
});

test("what cannot be priced is said beside the figures", async () => {
    serve(page({components: [card({asks: ["quota"]})]}), {
        [`${PLAN}/try_out`]: () => priced(0, [], "It needs a quota: type one in."),
    });
    await mountPage();
    await advanceTime(300);
    expect(".o_designer_priced").toHaveText(/It needs a quota/);
    expect(".o_designer_try label:contains(Quota)").toHaveCount(1);
});

test("figures can be kept as a worked example", async () => {
    serve(page({flags: {examples: true}}), {
        [`${PLAN}/try_out`]: () => priced(120),
        "sales.commission.example/create": ({args}) => {
            expect.step(JSON.stringify(args[0]));
            return [1];
        },
    });
    await mountPage();
    await contains(".o_designer_try input").edit("4000", {confirm: false});
    await advanceTime(300);
    await contains(".o_designer_keep").click();
    expect.verifySteps([
        '[{"name":"Pays $ 120","expected":120,"plan_id":3,"line_ids":[[0,0,{"component_id":7,"credited":4000}]]}]',
    ]);
});

test("levels are saved together with the hierarchy that they need", async () => {
    serve();
    await mountPage();
    await contains("#component_credited_to_7").select("hierarchy");
    expect.verifySteps([]);
    await contains(".o_designer_record:nth-child(6) input").click();
    await contains(".o-autocomplete--dropdown-item:contains(Sales)").click();
    expect.verifySteps(['{"credited_to":"hierarchy","hierarchy_id":5}']);
});

test("a published plan is read, and leads to its next version", async () => {
    serve(
        page({
            plan: {state: "published", state_label: "Published"},
            can_edit: false,
            flags: {new_version: true},
        }),
        {
            [`${PLAN}/action_new_version`]: () => ({
                type: "ir.actions.act_window",
                res_model: PLAN,
                res_id: 4,
            }),
        },
    );
    mockService("action", {
        doAction: ({tag, params}) => {
            expect.step(`${tag} ${params.plan_id}`);
            return Promise.resolve();
        },
    });
    await mountPage();
    expect(".o_designer_banner").toHaveText(/they cannot change/);
    expect(".o_designer_main input, .o_designer_main select").toHaveCount(0);
    expect(".o_designer_add, .o_designer_handle, .o_designer_publish").toHaveCount(0);
    expect(".o_designer_try input").toHaveCount(1);
    await contains(".o_designer_banner .btn-primary").click();
    expect.verifySteps(["sales_commission_gamify.plan_designer 4"]);
});

test("a new plan begins with a starter", async () => {
    const data = page({plan: null, components: []});
    serve(data, {
        [`${PLAN}/create`]: ({args}) => {
            expect.step(`create ${args[0][0].name}`);
            data.plan = page().plan;
            return [3];
        },
        [`${COMPONENT}/create_in_designer`]: ({args}) => {
            expect.step(`add ${args.join(" ")}`);
            data.components = [card()];
            return 7;
        },
    });
    await mountPage(false);
    expect(".o_designer_card").toHaveCount(0);
    expect("[data-starter]").toHaveCount(3);
    await contains("[data-starter='tiered']").click();
    await animationFrame();
    expect.verifySteps(["create New plan", "add 3 tiered"]);
    expect(".o_designer_card").toHaveCount(1);
});

test("components are moved with the keyboard, and it is said", async () => {
    const data = page({components: [card(), card({id: 8, name: "Services"})]});
    serve(data, {
        [`${PLAN}/write`]: ({args}) => {
            expect.step(JSON.stringify(args[1]));
            data.components = [data.components[1], data.components[0]];
            return true;
        },
    });
    await mountPage();
    await contains(".o_designer_card:first-child .o_designer_handle").focus();
    await press("ArrowDown");
    await animationFrame();
    await animationFrame();
    await animationFrame();
    expect.verifySteps([
        '{"component_ids":[[1,8,{"sequence":1}],[1,7,{"sequence":2}]]}',
    ]);
    expect(".o_designer_card:last-child .o_designer_handle").toBeFocused();
    expect("[aria-live]:contains(is now number 2 of 2)").toHaveCount(1);
});

test("what the buttons are refused is said above the page", async () => {
    serve(page(), {
        [`${PLAN}/action_publish`]: () => {
            throw makeServerError({message: "The plan pays nothing yet."});
        },
    });
    await mountPage();
    await contains(".o_designer_publish").click();
    await contains(".modal .btn-primary").click();
    expect(".o_designer_refused").toHaveText("The plan pays nothing yet.");
});

test("when loading fails it can be tried again", async () => {
    let fail = true;
    serve(page(), {
        [`${PLAN}/get_designer`]: () => {
            if (fail) {
                throw makeServerError({message: "No such plan."});
            }
            return page();
        },
    });
    await mountPage();
    expect("[role='alert']").toHaveText(/No such plan/);
    fail = false;
    await contains("[role='alert'] .btn-primary").click();
    expect(".o_designer_card").toHaveCount(1);
});
