import { DependencyGraph } from './dependency-graph.tsx';
import { place } from './place.ts';
import { ServiceDetail } from './service-detail.tsx';
import { ServiceRow } from './service-row.tsx';
import type { Stores } from './stores.ts';

export function ServicesView({ stores }: { readonly stores: Stores }) {
  const services = stores.project.services.value;
  const selected = services.find(({ name }) => name === place.value.service);
  const withGraph = services.some(({ dependsOn }) => dependsOn.length > 0);
  return (
    <div class={selected === undefined ? 'split' : 'split open'}>
      <div class="main">
        <Degradations stores={stores} />
        <ul class="card services" aria-label="services">
          <li class="row head" aria-hidden="true">
            <span>service</span>
            <span>state</span>
            <span class="why">why</span>
            <span class="up">up</span>
            <span class="restarts">restarts</span>
            <span class="cpu">CPU</span>
            <span class="memory">memory</span>
            <span class="orders" />
          </li>
          {services.map((service) => (
            <ServiceRow key={service.name} service={service} stores={stores} isSelected={service === selected} />
          ))}
        </ul>
        {withGraph && <DependencyGraph services={services} selected={selected?.name ?? null} />}
      </div>
      {selected !== undefined && <ServiceDetail key={selected.name} service={selected} stores={stores} />}
    </div>
  );
}

function Degradations({ stores }: { readonly stores: Stores }) {
  const degraded = stores.project.snapshot.value?.degraded ?? [];
  return (
    <>
      {degraded.map(({ service, text }) => (
        <p class="banner warn" key={`${service}${text}`}>
          {service === null ? '' : `${service}: `}
          {text}
        </p>
      ))}
    </>
  );
}
