import type { VNode } from 'preact';
import type { Visit } from '../visit.js';

const BAR_WIDTH = 8;
const GAP = 2;
const HEIGHT = 100;

/** One kind of what is counted, with a value for each day. */
export interface Series {
  readonly name: string;
  readonly values: readonly number[];
}

interface ChartProps {
  readonly visit: Visit;
  readonly id: string;
  readonly label: string;
  readonly explanation: string;
  /** Dates in UTC, oldest first. */
  readonly days: readonly string[];
  /** Three at most: there are that many colours. */
  readonly series: readonly Series[];
}

/** Bars of some days, drawn without a script. The same numbers are in a table, for people who cannot see the bars. */
export function Chart({ visit, id, label, explanation, days, series }: ChartProps): VNode {
  const { text } = visit;
  const sums = days.map((_, day) => series.reduce((sum, { values }) => sum + (values[day] ?? 0), 0));
  const most = Math.max(...sums);
  const sum = sums.reduce((all, one) => all + one, 0);
  const number = new Intl.NumberFormat(`${visit.locale}-u-nu-latn`);
  return (
    <section>
      <h2 id={id}>{label}</h2>
      <p>{explanation}</p>
      <figure class="chart" aria-labelledby={id}>
        <p class="legend">
          {series.map(({ name }, index) => (
            <span key={name} class={`key series-${index + 1}`}>
              {name}
            </span>
          ))}
        </p>
        <p class="hint">{number.format(most)}</p>
        <svg
          viewBox={`0 0 ${days.length * (BAR_WIDTH + GAP)} ${HEIGHT}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={text('chart_summary', { label, sum, most, days: days.length })}
        >
          {days.map((day, index) => (
            <Bar key={day} day={day} index={index} series={series} most={most} />
          ))}
        </svg>
        <p class="ends hint" dir="ltr">
          <span>{days[0]}</span>
          <span>{days.at(-1)}</span>
        </p>
        <details>
          <summary>{text('as_table')}</summary>
          <table aria-label={label} class="numbers">
            <thead>
              <tr>
                <th scope="col">{text('day')}</th>
                {series.map(({ name }) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {days.map((day, index) => (
                <tr key={day}>
                  <th scope="row">
                    <time dateTime={day}>{day}</time>
                  </th>
                  {series.map(({ name, values }) => (
                    <td key={name}>{number.format(values[index] ?? 0)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      </figure>
    </section>
  );
}

interface BarProps {
  readonly day: string;
  readonly index: number;
  readonly series: readonly Series[];
  readonly most: number;
}

/** The values of a day, one on the other, with the day and the values for a pointer. */
function Bar({ day, index, series, most }: BarProps): VNode {
  let below = HEIGHT;
  return (
    <g>
      <title>{`${day}: ${series.map(({ name, values }) => `${name} ${values[index] ?? 0}`).join(', ')}`}</title>
      {series.map(({ name, values }, place) => {
        const height = most === 0 ? 0 : ((values[index] ?? 0) / most) * HEIGHT;
        below -= height;
        return (
          <rect
            key={name}
            class={`series-${place + 1}`}
            x={index * (BAR_WIDTH + GAP)}
            y={below}
            width={BAR_WIDTH}
            height={height}
          />
        );
      })}
    </g>
  );
}
