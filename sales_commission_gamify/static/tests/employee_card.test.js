import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {queryAllTexts, queryOne} from "@odoo/hoot-dom";
import {Deferred, advanceTime, animationFrame} from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    makeServerError,
    mockService,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import "@sales_commission_gamify/employee_card/employee_card";

const ARCH = `<form>
    <field name="name" />
    <widget name="sales_commission_employee_card" />
</form>`;

class Employee extends models.Model {
    _name = "hr.employee.public";
    name = fields.Char();
    _records = [
        {id: 1, name: "Ann"},
        {id: 2, name: "Bob"},
    ];
}

defineMailModels();
defineModels([Employee]);

/** An answer of the server: two targets, of which one is passed. */
function answer(changes = {}) {
    const quota = {
        key: "1",
        name: "Invoiced",
        plan: "New business",
        dates: "March 2026",
        counted: "$ 1,300.00",
        quota: "$ 1,000.00",
        percent: 130,
        bar: 100,
        earned: "$ 130.00",
        problem: "",
    };
    return {
        month: "March 2026",
        earned: "$ 130.00",
        plans: [
            {
                id: 5,
                plan_id: 3,
                name: "New business",
                team: "North",
                role: "Own sales",
                dates: "Since 01/01/2026",
                is_running: true,
            },
            {
                id: 6,
                plan_id: 4,
                name: "Sprint",
                team: "",
                role: "",
                dates: "01/01/2025 to 02/28/2025",
                is_running: false,
            },
        ],
        quotas: [
            quota,
            {...quota, key: "2", name: "Collected", percent: 40, bar: 40},
            {...quota, key: "3", name: "Free", quota: "", percent: 0, bar: 0},
        ],
        points: "1,500",
        points_month: "20",
        point_word: "stars",
        badges: [{id: 9, name: "Closer", text: "Closed", count: 2}],
        can_design: true,
        ...changes,
    };
}

/** The form of Ann, beside Bob's. */
function open() {
    return mountView({
        type: "form",
        resModel: "hr.employee.public",
        resId: 1,
        resIds: [1, 2],
        arch: ARCH,
    });
}

function serve(reply) {
    onRpc("sales.commission.dashboard", "get_employee_card", ({args}) => reply(args));
}

test("what somebody has reached, and the way to the plan and the page", async () => {
    const opened = [];
    mockService("action", {
        doAction: (action, options) => opened.push([action, options]),
    });
    serve(() => answer());
    await open();
    await animationFrame();
    expect(".o_employee_commissions_earned").toHaveText("$ 130.00");
    expect(".o_employee_commissions_points").toHaveText("1,500");
    expect(queryAllTexts(".o_employee_commissions_plan .badge")).toEqual(["Not today"]);
    expect(".o_employee_commissions_quota:first").toHaveText(
        /130 %[^]*\$ 1,300.00 of \$ 1,000.00/,
    );
    expect(".o_employee_commissions_badge").toHaveText("Closer × 2");
    await contains(".o_employee_commissions_plan .btn:first").click();
    await contains(".o_employee_commissions_open").click();
    expect(opened[0][0].res_id).toBe(3);
    expect(opened[1][1].additionalContext).toEqual({active_id: 1});
});

test("a target that is passed has a full bar, which can be seen", async () => {
    serve(() => answer());
    await open();
    await animationFrame();
    expect("[role=progressbar]").toHaveCount(2);
    const widths = [];
    for (const place of ["first", "last"]) {
        const bar = queryOne(`[role=progressbar]:${place} .progress-bar`);
        widths.push(bar.style.width);
        expect(getComputedStyle(bar).backgroundColor).toMatch(/^rgb\(/);
    }
    expect(widths).toEqual(["100%", "40%"]);
    expect("[role=progressbar]:first .progress-bar").toHaveClass("bg-success");
});

test("who takes part in nothing", async () => {
    serve(() => answer({plans: [], quotas: [], badges: [], can_design: false}));
    await open();
    await animationFrame();
    expect(".o_employee_commissions").toHaveText(/Takes part in no plan/);
    expect(".o_employee_commissions").toHaveText(/Nothing is counted/);
    expect(".o_employee_commissions button").toHaveCount(1);
});

test("the form does not wait for a slow answer", async () => {
    const slow = new Deferred();
    serve(() => slow);
    const mounted = open();
    await advanceTime(1000);
    await mounted;
    expect(".o_field_widget[name=name] input").toHaveValue("Ann");
    expect(".o_scg_loading").toHaveText("Loading…");
    slow.resolve(answer());
    await animationFrame();
    expect(".o_scg_loading").toHaveCount(0);
    expect(".o_employee_commissions_quota").toHaveCount(3);
});

test("what fails can be tried again", async () => {
    let fails = true;
    serve(() => {
        if (fails) {
            throw makeServerError({type: "AccessError", message: "Not your team."});
        }
        return answer();
    });
    await open();
    await animationFrame();
    expect("[role=alert] h2").toHaveText("The figures could not be loaded");
    expect("[role=alert] p").toHaveText("Not your team.");
    expect(".o_field_widget[name=name] input").toHaveValue("Ann");
    fails = false;
    await contains("[role=alert] .btn").click();
    expect("[role=alert]").toHaveCount(0);
    expect(".o_employee_commissions_quota").toHaveCount(3);
});

test("the next employee's figures, whichever answer comes first", async () => {
    const ann = new Deferred();
    const asked = [];
    serve(([employeeId]) => {
        asked.push(employeeId);
        return employeeId === 1 ? ann : answer({earned: "$ 7.00"});
    });
    const mounted = open();
    await advanceTime(1000);
    await mounted;
    await contains(".o_pager_next").click();
    await animationFrame();
    expect(".o_employee_commissions_earned").toHaveText("$ 7.00");
    ann.resolve(answer());
    await animationFrame();
    expect(".o_employee_commissions_earned").toHaveText("$ 7.00");
    expect(asked).toEqual([1, 2]);
});
