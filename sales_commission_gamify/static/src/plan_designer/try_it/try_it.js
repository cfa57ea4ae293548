import {Component, useEffect, useState} from "@odoo/owl";
import {getCurrency} from "@web/core/currency";
import {_t} from "@web/core/l10n/translation";
import {KeepLast} from "@web/core/utils/concurrency";
import {formatFloat} from "@web/core/utils/numbers";
import {useService} from "@web/core/utils/hooks";
import {useDebounced} from "@web/core/utils/timing";
import {parseFloat} from "@web/views/fields/parsers";
import {sayError} from "../designer_model";

const DELAY = 250;

/** Figures to type in, and what the plan would pay for them, at once. */
export class TryIt extends Component {
    static template = "sales_commission_gamify.TryIt";
    static props = {model: Object};

    setup() {
        this.notification = useService("notification");
        this.keepLast = new KeepLast();
        this.state = useState({
            inputs: {},
            invalid: {},
            result: null,
            error: "",
            busy: false,
            keptError: "",
        });
        this.priceLater = useDebounced(() => this.price(), DELAY);
        useEffect(
            () => {
                this.priceLater();
            },
            () => [this.props.model.revision],
        );
    }

    get model() {
        return this.props.model;
    }

    get rows() {
        const results = new Map(
            (this.state.result?.components || []).map((row) => [row.id, row]),
        );
        return this.model.components.map((card) => ({
            card,
            fields: this.getFields(card),
            result: results.get(card.id),
        }));
    }

    lines(row) {
        return row.result.lines.map((line) => line.text || line);
    }

    getFields(card) {
        const texts = {
            credited: [this.creditedLabel(card), _t("0")],
            sales: [_t("Each sale"), _t("e.g. 200; 300; 1500")],
            quantity: [_t("Units or sales"), _t("0")],
            before: [_t("Credited before"), _t("0")],
            quota: [_t("Quota"), this.standing(card.quota)],
            target_incentive: [_t("Target"), this.standing(card.target_incentive)],
            level: [_t("Level"), String(card.levels[0])],
        };
        const first = card.asks.includes("sales") ? [] : ["credited"];
        return [...first, ...card.asks].map((name) => ({
            name,
            id: `try_${name}_${card.id}`,
            label: texts[name][0],
            placeholder: texts[name][1],
            value: this.state.inputs[card.id]?.[name] || "",
            invalid: this.state.invalid[`${card.id}_${name}`],
        }));
    }

    creditedLabel(card) {
        if (card.basis === "scorecard") {
            return _t("Score, %");
        }
        const unit = card.unit === "money" ? this.symbol : "";
        return unit ? _t("Credited, %s", unit) : _t("Counted");
    }

    get symbol() {
        return getCurrency(this.model.currencyId)?.symbol || "";
    }

    standing(value) {
        return value
            ? formatFloat(value, {digits: [16, 2], trailingZeros: false})
            : _t("none");
    }

    onInput(card, name, ev) {
        this.state.inputs[card.id] ||= {};
        this.state.inputs[card.id][name] = ev.target.value;
        this.priceLater();
    }

    /** The typed-in figures as numbers; what is none is marked and left out. */
    read() {
        this.state.invalid = {};
        return Object.fromEntries(
            this.model.components.map((card) => [card.id, this.readFigures(card)]),
        );
    }

    readFigures(card) {
        const figures = card.levels[0] ? {level: card.levels[0]} : {};
        const typed = this.state.inputs[card.id] || {};
        for (const [name, text] of Object.entries(typed)) {
            try {
                const value = this.parse(name, text);
                if (value !== null) {
                    figures[name] = value;
                }
            } catch {
                this.state.invalid[`${card.id}_${name}`] = _t(
                    "“%s” is not a number.",
                    text,
                );
            }
        }
        return figures;
    }

    parse(name, text) {
        if (!text.trim()) {
            return null;
        }
        return name === "sales"
            ? text
                  .split(/[;\n]/)
                  .filter((sale) => sale.trim())
                  .map((sale) => parseFloat(sale.trim()))
            : parseFloat(text);
    }

    async price() {
        if (!this.model.plan || !this.model.components.length) {
            this.state.result = null;
            return;
        }
        this.state.busy = true;
        try {
            this.state.result = await this.keepLast.add(this.model.tryOut(this.read()));
            this.state.error = "";
        } catch (error) {
            this.state.error = sayError(error);
        }
        this.state.busy = false;
    }

    get canKeep() {
        const {inputs, result} = this.state;
        const typed = Object.values(inputs).flatMap((one) => Object.values(one));
        return (
            typed.some((text) => text.trim()) &&
            this.model.flags.examples &&
            this.model.canEdit &&
            result &&
            !result.components.some((row) => row.error)
        );
    }

    async keep() {
        const inputs = this.read();
        const lines = Object.entries(inputs)
            .filter(([, figures]) => Object.keys(figures).length)
            .map(([id, {sales, ...figures}]) => ({
                component_id: Number(id),
                ...figures,
                ...(sales ? {sales: sales.join("; ")} : {}),
            }));
        const {total, total_text} = this.state.result;
        try {
            await this.model.keepExample(_t("Pays %s", total_text), total, lines);
            this.state.keptError = "";
            this.notification.add(
                _t("Kept. Publishing checks that the plan still pays %s.", total_text),
                {type: "success"},
            );
        } catch (error) {
            this.state.keptError = sayError(error);
        }
    }
}
