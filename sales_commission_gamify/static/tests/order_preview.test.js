import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {queryAllTexts} from "@odoo/hoot-dom";
import {Deferred, advanceTime, animationFrame} from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    onRpc,
} from "@web/../tests/web_test_helpers";
import "@sales_commission_gamify/order_preview/order_preview";

const ARCH = `<form>
    <field name="amount_untaxed" />
    <field name="note" />
    <widget name="sales_commission_preview" />
</form>`;

class SaleOrder extends models.Model {
    _name = "sale.order";
    amount_untaxed = fields.Float();
    note = fields.Char();
    _records = [{id: 1, amount_untaxed: 1000, note: "Hello"}];
}

defineMailModels();
defineModels([SaleOrder]);

function payee(amount, changes = {}) {
    return {
        id: 7,
        name: "Ann",
        is_own: true,
        amount,
        amount_text: `$ ${amount.toFixed(2)}`,
        credited: [],
        components: [
            {
                key: "1",
                name: "New business",
                amount,
                amount_text: `$ ${amount.toFixed(2)}`,
                lines: ["March 2026: from 82 % to 91 % of the quota."],
            },
        ],
        ...changes,
    };
}

function answer(values) {
    const amount = (values.amount_untaxed ?? 1000) * 0.05;
    return {is_won: false, payees: [payee(amount)]};
}

const shown = () => queryAllTexts(".o_sales_commission_amount");

test("what is typed is asked for once typing stops", async () => {
    const asked = [];
    onRpc("sale.order", "sales_commission_preview", ({args}) => {
        asked.push(args);
        return answer(args[1]);
    });
    await mountView({type: "form", resModel: "sale.order", resId: 1, arch: ARCH});
    expect(shown()).toEqual([]);
    await advanceTime(500);
    await animationFrame();
    expect(shown()).toEqual(["$ 50.00"]);
    expect(asked).toEqual([[[1], {}]]);
    for (const price of ["900", "800", "700"]) {
        await contains("[name=amount_untaxed] input").edit(price);
    }
    await advanceTime(500);
    await animationFrame();
    expect(shown()).toEqual(["$ 35.00"]);
    expect(asked.slice(1)).toEqual([[[1], {amount_untaxed: 700}]]);
    await contains("[name=note] input").edit("What is not counted asks nothing");
    await advanceTime(500);
    expect(asked.length).toBe(2);
});

test("details on a click", async () => {
    onRpc("sale.order", "sales_commission_preview", ({args}) => answer(args[1]));
    await mountView({type: "form", resModel: "sale.order", resId: 1, arch: ARCH});
    await advanceTime(500);
    await animationFrame();
    expect(".o_sales_commission_components").toHaveCount(0);
    await contains(".o_sales_commission_preview button").click();
    expect(".o_sales_commission_components li").toHaveText(/from 82 % to 91 %/);
});

test("the form neither waits nor fails", async () => {
    const never = new Deferred();
    onRpc("sale.order", "sales_commission_preview", () => never);
    onRpc("sale.order", "web_save", () => expect.step("saved"));
    await mountView({type: "form", resModel: "sale.order", resId: 1, arch: ARCH});
    await advanceTime(500);
    await contains("[name=amount_untaxed] input").edit("900");
    await contains(".o_form_button_save").click();
    expect.verifySteps(["saved"]);
    never.reject(new Error("The server is away"));
    await animationFrame();
    expect(".o_sales_commission_preview").toHaveCount(0);
});

test("once it is won it says what was credited", async () => {
    const credited = [
        {name: "Ordered", text: "$ 1,000.00", amount: 50, amount_text: "$ 50.00"},
    ];
    onRpc("sale.order", "sales_commission_preview", () => ({
        is_won: true,
        payees: [payee(0, {components: [], credited})],
    }));
    await mountView({type: "form", resModel: "sale.order", resId: 1, arch: ARCH});
    await advanceTime(500);
    await animationFrame();
    expect(".o_sales_commission_credited").toHaveText(
        "Ordered: $ 1,000.00 credited to you, which brings $ 50.00 so far.",
    );
    expect(shown()).toEqual([]);
});
