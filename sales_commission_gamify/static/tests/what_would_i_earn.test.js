import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {press, queryAllTexts} from "@odoo/hoot-dom";
import {Deferred, advanceTime, animationFrame} from "@odoo/hoot-mock";
import {contains, mountWithCleanup, onRpc} from "@web/../tests/web_test_helpers";
import {WhatWouldIEarn} from "@sales_commission_gamify/what_would_i_earn/what_would_i_earn";

defineMailModels();

const DASHBOARD = "sales.commission.dashboard";

function input(changes = {}) {
    return {
        id: "1-7-0",
        name: "Invoiced amount",
        is_team: false,
        names: "Base, Bonus",
        counts_for: 2,
        symbol: "$",
        asks: [],
        obstacle: "",
        error: "",
        amount: 0,
        most: 2000,
        step: 20,
        goals: [{amount: 500, text: "Your quota: $ 500 more"}],
        ...changes,
    };
}

function card(more) {
    return {
        key: "1",
        name: "Base",
        plan: "Field sales",
        period: "March 2026",
        is_team: false,
        pays: true,
        more,
        more_text: `+$ ${more}`,
        then_text: `$ ${100 + more}`,
        attainment: {before: 50, after: 75, text: "From 50 % to 75 % of the quota"},
        problem: false,
        reached: [{kind: "gate", text: "The gate at 60 % opens."}],
        how: ["$ 750 at 10 % = $ 75"],
    };
}

/** 10 % of what is typed; text has an error. */
function answer(more, curve) {
    const text = more["1-7-0"]?.amount || "0";
    const amount = Number(text) || 0;
    const brings = amount / 10;
    return {
        totals: [
            {
                now: 100,
                then: 100 + brings,
                more: brings,
                now_text: "$ 100",
                then_text: `$ ${100 + brings}`,
                more_text: brings ? `+$ ${brings}` : "$ 0",
            },
        ],
        inputs: [input({amount, error: isNaN(text) ? "Not a number." : ""})],
        components: brings ? [card(brings)] : [],
        curve: curve && {
            id: "1-7-0",
            x: [0, 2000],
            y: [0, 200],
            x_texts: ["$ 0", "$ 2,000"],
            y_texts: ["$ 0", "$ 200"],
        },
    };
}

async function settle() {
    await advanceTime(300);
    await animationFrame();
}

async function open() {
    await mountWithCleanup(WhatWouldIEarn);
    await contains(".o_what_fold").click();
    await animationFrame();
}

test("folded away, it asks nothing; opened again, it is as it was", async () => {
    onRpc(DASHBOARD, "get_what_would_i_earn", ({args}) => {
        expect.step("asked");
        return answer(...args);
    });
    await mountWithCleanup(WhatWouldIEarn);
    await animationFrame();
    expect.verifySteps([]);
    expect(".o_what_fold").toHaveAttribute("aria-expanded", "false");
    expect(".o_what_amount").toHaveCount(0);
    await contains(".o_what_fold").focus();
    await press("Enter");
    await animationFrame();
    expect.verifySteps(["asked"]);
    expect(".o_what_fold").toHaveAttribute("aria-expanded", "true");
    await contains(".o_what_amount").edit("250", {confirm: false});
    await settle();
    expect.verifySteps(["asked"]);
    await contains(".o_what_fold").click();
    expect(".o_what_amount").toHaveCount(0);
    await contains(".o_what_fold").click();
    expect(".o_what_amount").toHaveValue("250");
    expect.verifySteps([]);
});

test("what is typed is asked once typing stops; the curve is asked once", async () => {
    const asked = [];
    onRpc(DASHBOARD, "get_what_would_i_earn", ({args}) => {
        asked.push(args);
        return answer(...args);
    });
    await open();
    expect(".o_what_more").toHaveText("$ 0");
    expect(".o_what_then").toHaveText(
        "on top of the $ 100 that you have earned so far",
    );
    for (const amount of ["1", "12", "250"]) {
        await contains(".o_what_amount").edit(amount, {confirm: false});
    }
    await settle();
    expect(".o_what_more").toHaveText("+$ 25");
    expect(".o_what_then").toHaveText("$ 125 instead of $ 100");
    expect(queryAllTexts(".o_what_reached li")).toEqual(["The gate at 60 % opens."]);
    expect(".o_what_attained").toHaveText("From 50 % to 75 % of the quota");
    await contains(".o_what_amount").edit("300", {confirm: false});
    await settle();
    expect(asked).toEqual([
        [{}, true],
        [{"1-7-0": {amount: "250"}}, "1-7-0"],
        [{"1-7-0": {amount: "300"}}, false],
    ]);
    expect(".o_more_curve canvas").toHaveAttribute(
        "aria-label",
        /\$ 2,000 brings \$ 200/,
    );
});

test("a goal, the slider and starting over", async () => {
    onRpc(DASHBOARD, "get_what_would_i_earn", ({args}) => answer(...args));
    await open();
    await contains(".o_what_goal").click();
    await settle();
    expect(".o_what_amount").toHaveValue("500");
    expect(".o_what_slider").toHaveValue(500);
    expect(".o_what_more").toHaveText("+$ 50");
    await contains(".o_what_start_over").click();
    await settle();
    expect(".o_what_amount").toHaveValue("");
    expect(".o_what_more").toHaveText("$ 0");
    expect(".o_what_start_over").toHaveCount(0);
});

test("what is no number is said at the field", async () => {
    onRpc(DASHBOARD, "get_what_would_i_earn", ({args}) => answer(...args));
    await open();
    await contains(".o_what_amount").edit("many", {confirm: false});
    await settle();
    expect(".o_what_error").toHaveText("Not a number.");
    expect(".o_what_amount").toHaveClass("is-invalid");
});

test("the last answer counts, and a failure can be tried again", async () => {
    const slow = new Deferred();
    let isDown = false;
    onRpc(DASHBOARD, "get_what_would_i_earn", async ({args}) => {
        if (args[0]["1-7-0"]?.amount === "100") {
            await slow;
        }
        if (isDown) {
            throw new Error("The server is away");
        }
        return answer(...args);
    });
    await open();
    await contains(".o_what_amount").edit("100", {confirm: false});
    await settle();
    await contains(".o_what_amount").edit("200", {confirm: false});
    await settle();
    slow.resolve();
    await animationFrame();
    expect(".o_what_more").toHaveText("+$ 20");
    isDown = true;
    await contains(".o_what_amount").edit("300", {confirm: false});
    await settle();
    expect(".o_what_failed").toHaveCount(1);
    isDown = false;
    await contains(".o_what_failed button").click();
    await settle();
    expect(".o_what_more").toHaveText("+$ 30");
});

test("who takes part in no plan is told so", async () => {
    onRpc(DASHBOARD, "get_what_would_i_earn", () => false);
    await open();
    expect(".o_what_no_plan").toHaveCount(1);
});
