import {animationFrame} from "@odoo/hoot-mock";
import {defineMailModels} from "@mail/../tests/mail_test_helpers";
import {expect, test} from "@odoo/hoot";
import {
    manuallyDispatchProgrammaticEvent,
    press,
    queryAllTexts,
    queryFirst,
} from "@odoo/hoot-dom";
import {
    contains,
    makeMockEnv,
    mockService,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import {getDefaultConfig} from "@web/views/view";
import {QuotaGrid} from "@sales_commission_gamify/quota_grid/quota_grid";

defineMailModels();

const PLAN = "sales.commission.plan";
const DATES = ["2026-01-01", "2026-02-01", "2026-03-01"];

function row(kind, id, name, cells, otherwise = [0, 0, 0]) {
    return {
        key: `${kind}-${id}`,
        kind,
        employee_id: kind === "payee" && id,
        team_id: kind === "team" && id,
        name,
        cells: Object.fromEntries(DATES.map((date, at) => [date, cells[at]])),
        otherwise: Object.fromEntries(DATES.map((date, at) => [date, otherwise[at]])),
    };
}

function answer(changes = {}) {
    return {
        plan: "New business",
        components: [
            {id: 5, name: "Invoiced", unit: "money"},
            {id: 6, name: "Logos", unit: "number"},
        ],
        component_id: 5,
        currency_id: false,
        can_write: true,
        span: "quarter",
        date: "2026-01-01",
        columns: DATES.map((date, at) => ({
            date,
            name: ["January", "February", "March"][at],
            open: true,
        })),
        rows: [
            row("plan", 0, "Everybody", [100, 0, 0]),
            row("payee", 7, "Ann", [1000, 0, 0], [1000, 50, 50]),
            row("payee", 8, "Bob", [0, 0, 0], [100, 50, 50]),
        ],
        ...changes,
    };
}

async function mountGrid(changes = {}, errors = []) {
    const saved = [];
    const asked = [];
    onRpc(PLAN, "get_target_grid", ({kwargs}) => {
        asked.push(kwargs);
        return answer(changes);
    });
    onRpc(PLAN, "set_target_cells", ({args}) => {
        saved.push(args);
        return errors;
    });
    mockService("notification", {add: (message) => expect.step(String(message))});
    const env = await makeMockEnv({config: getDefaultConfig()});
    await mountWithCleanup(QuotaGrid, {
        env,
        props: {
            action: {params: {plan_id: 3}},
            actionId: 1,
            updateActionState: () => {},
            className: "",
        },
    });
    return {saved, asked};
}

const cell = (atRow, atColumn) =>
    `input[data-row='${atRow}'][data-column='${atColumn}']`;

test("shows what is set, what holds otherwise, and totals", async () => {
    await mountGrid();
    expect(cell(1, 0)).toHaveValue("1,000");
    expect(cell(2, 0)).toHaveValue("");
    expect(cell(2, 0)).toHaveAttribute("placeholder", "100");
    expect(queryAllTexts(".o_scg_row_total")).toEqual(["", "1,100", "200"]);
    expect(queryAllTexts(".o_scg_column_total")).toEqual(["1,100", "100", "100"]);
    expect(".o_scg_total").toHaveText("1,300");
    expect(".o_scg_save").toHaveAttribute("disabled");
});

test("typed cells are saved by one call", async () => {
    const {saved} = await mountGrid();
    await contains(cell(2, 0)).edit("2500", {confirm: false});
    await contains(cell(1, 0)).edit("", {confirm: false});
    expect(queryAllTexts(".o_scg_row_total")).toEqual(["", "100", "2,600"]);
    await contains(".o_scg_save").click();
    expect(saved).toEqual([
        [
            [3],
            5,
            [
                {employee_id: 7, team_id: false, date_from: DATES[0], amount: 0},
                {employee_id: 8, team_id: false, date_from: DATES[0], amount: 2500},
            ],
        ],
    ]);
});

test("keys move from cell to cell", async () => {
    await mountGrid();
    await contains(cell(1, 1)).focus();
    for (const [key, atRow, atColumn] of [
        ["Enter", 2, 1],
        ["ArrowUp", 1, 1],
        ["ArrowDown", 2, 1],
        ["ArrowRight", 2, 2],
        ["ArrowLeft", 2, 1],
        ["Tab", 2, 2],
    ]) {
        await press(key);
        await animationFrame();
        expect(cell(atRow, atColumn)).toBeFocused({message: key});
    }
});

test("a block is pasted from a spreadsheet", async () => {
    const {saved} = await mountGrid();
    await contains(cell(1, 1)).focus();
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "10\t20\t30\r\n40\t1,500\r\n");
    await manuallyDispatchProgrammaticEvent(queryFirst(cell(1, 1)), "paste", {
        clipboardData,
    });
    await animationFrame();
    expect(cell(1, 2)).toHaveValue("20");
    expect(cell(2, 2)).toHaveValue("1,500");
    expect.verifySteps(["1 pasted cells have no place here and were left out."]);
    await contains(".o_scg_save").click();
    expect(saved[0][2].map((one) => one.amount)).toEqual([10, 20, 40, 1500]);
});

test("what is no number stays, marked, and is not saved", async () => {
    const {saved} = await mountGrid();
    await contains(cell(1, 0)).edit("much", {confirm: false});
    expect(cell(1, 0)).toHaveClass("is-invalid");
    await contains(".o_scg_save").click();
    expect(saved).toEqual([]);
    expect.verifySteps(["Correct the marked cells first."]);
    await contains(".o_scg_discard").click();
    expect(cell(1, 0)).toHaveValue("1,000");
    expect(cell(1, 0)).not.toHaveClass("is-invalid");
});

test("an error of the server stands at its cell", async () => {
    await mountGrid({}, [
        {
            employee_id: 8,
            team_id: false,
            date_from: DATES[1],
            amount: 5,
            message: "Bob does not take part",
        },
    ]);
    await contains(cell(2, 1)).edit("5", {confirm: false});
    await contains(".o_scg_save").click();
    expect(".o_scg_error").toHaveText("Bob does not take part");
    expect(cell(2, 1)).toHaveValue("5");
    expect.verifySteps(["Nothing was saved: correct the marked cells."]);
});

test("another component, quarter and year", async () => {
    const {asked} = await mountGrid();
    await contains(".o_scg_component").select("6");
    expect(asked.at(-1).component_id).toBe(6);
    await contains("button[aria-label='Later']").click();
    expect(asked.at(-1).date).toBe("2026-04-01");
    await contains(".o_scg_year").click();
    expect(asked.at(-1).span).toBe("year");
});

test("who may not write only reads", async () => {
    await mountGrid({can_write: false});
    expect(cell(1, 0)).toHaveAttribute("disabled");
    expect(".o_scg_save").toHaveCount(0);
});
